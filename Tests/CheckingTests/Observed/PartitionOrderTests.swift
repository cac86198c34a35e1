import Records
import Testing

@testable import Checking

/// What may be compared of an entity whose records stand on several partitions: no order is promised between those.
@Suite struct PartitionOrderTests {
    /// Account x on two partitions, y on one.
    private static let workload: ObservedRecords = {
        var records = ObservedRecords()
        for (partition, account, number) in [
            (0, "x", 1), (1, "x", 2), (0, "y", 1), (0, "y", 2),
        ] {
            records.append(
                key: Array(account.utf8), value: Array("{\"n\":\(number)}".utf8),
                from: TopicPartition("in", Int32(partition)), offset: Offset(number))
        }
        return records
    }()

    /// Shows what came last of each account; repetitions are booked where it has no table of them.
    private static func run(_ order: [Int], dedupes: Bool) -> Evidence {
        var (views, ends, seen) = ([(String, String)](), [String: String](), Set<Int>())
        for record in order where seen.insert(record).inserted || !dedupes {
            let account = record < 2 ? "x" : "y"
            let value = String(decoding: workload.value(of: record) ?? [], as: UTF8.self)
            views.append((account, value))
            ends[account] = dedupes ? value : ends[account, default: ""] + value
        }
        return Evidence(
            feed: Feed(workload, delivering: order),
            observations: [
                Observation(
                    "ends", .state, observed(ends.sorted { $0.key < $1.key }.map { "\($0) \($1)" })),
                Observation("views", .topic, observed(views.map { "\($0) \($1)" })),
            ])
    }

    private func judgements(_ invariants: String, _ order: [Int], dedupes: Bool) throws
        -> [Judgement]
    {
        try Examiner(try plan("invariants: [\(invariants)]", nil)).judgements(
            of: Self.run(order, dedupes: dedupes),
            baseline: Self.run([0, 1, 2, 3], dedupes: dedupes))
    }

    /// Partition 1 came sooner, by delays alone: each partition has its order.
    private static let late = [1, 0, 2, 3]
    /// A record of y came again.
    private static let repeated = [0, 1, 2, 2, 3]

    @Test(arguments: [
        ("{idempotent: {stream: ends}}", late, true, 0, 0),
        ("{idempotent: {stream: ends, contract: {order: none}}}", late, true, 1, 0),
        ("{idempotent: {stream: ends}}, {commutative: {stream: ends}}", late, true, 1, 0),
        ("{commutative: {stream: ends}}", late, true, 1, 0),
        ("{convergence: {stream: ends}}", late, true, 1, 0),
        ("{convergence: {stream: ends, contract: {order: perPartition}}}", late, true, 1, 0),
        ("{metamorphic: {stream: ends, under: [duplicate]}}", late, true, 0, 0),
        ("{metamorphic: {stream: ends, under: [move]}}", late, true, 1, 0),
        ("{fifoPerKey: {stream: views, sequence: .n}}", late, true, 0, 1),
        ("{fifoPerKey: {stream: views, sequence: .n, contract: {order: none}}}", late, true, 1, 0),
        ("{monotonicReads: {stream: views, version: .n}}", late, true, 0, 1),
        // What stands on one partition is judged as ever.
        ("{idempotent: {stream: ends}}", repeated, false, 1, 0),
        ("{metamorphic: {stream: ends, under: [duplicate]}}", repeated, false, 1, 0),
        ("{fifoPerKey: {stream: views, sequence: .n}}", [0, 1, 2, 3, 2, 3], false, 1, 0),
    ])
    func `is judged by what Kafka promises`(
        invariants: String, order: [Int], dedupes: Bool, broken: Int, injected: Int
    ) throws {
        let judgement = try judgements(invariants, order, dedupes: dedupes)[0]
        #expect(
            judgement.broken == broken && judgement.injected == injected,
            "\(judgement.broken) and \(judgement.injected): \(judgement.breaches.map(\.words))")
        #expect(judgement.reason == nil)
    }

    @Test func `where nothing is left to compare it says so, and before any trial`() throws {
        let plan = try plan(
            "invariants: [{idempotent: {stream: ends, when: '.n == 2', input: value}}]", nil)
        let evidence = Self.run([0, 1, 2, 3], dedupes: true)
        let judgement = try Examiner(plan).judgements(of: evidence, baseline: evidence)[0]
        #expect(judgement.reason?.contains("several partitions") == true && judgement.judged == 0)
        #expect(try Examiner(plan).unjudgeable(in: evidence).count == 1)
    }
}
