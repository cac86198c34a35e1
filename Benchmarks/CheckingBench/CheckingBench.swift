import Checking
import Configuration
import Foundation
import Records

/// `checking-bench [records] [rounds]`: input and output records that are judged a second, in processor time of the
/// one thread. Each invariant is judged alone, over as many inputs as outputs with 120 bytes of JSON each, every
/// tenth input delivered twice; and two such streams are compared. One line of JSON a row.
@main
struct CheckingBench {
    /// No jq in any but the last.
    private static let invariants = [
        "uniqueness: {stream: out, key: header.id}",
        "uniqueness: {stream: out, key: .id}",
        "exactlyOnceEffect: {stream: out, key: .id}",
        "noLoss: {stream: out, key: header.id}",
        "noInvention: {stream: out, key: .id}",
        "fifoPerKey: {stream: out, sequence: .version}",
        "fifoPerKey: {stream: out, id: .id}",
        "monotonicReads: {stream: out, version: .version}",
        "conservation: {stream: out, sum: .cents, inputSum: .cents}",
        "idempotent: {stream: out, view: multiset}",
        "convergence: {stream: out}",
        "uniqueness: {stream: out, key: '.id | ascii_upcase'}",
    ]

    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let count = numbers.first ?? 500_000
        let rounds = numbers.dropFirst().first ?? 5
        let records = Self.records(count)
        let order = (0..<count).flatMap { $0 % 10 == 3 ? [$0, $0] : [$0] }
        var copies: [Int: Int32] = [:]
        let deliveries = order.map { record in
            defer { copies[record, default: 0] += 1 }
            return Feed.Delivery(record: record, copy: copies[record, default: 0])
        }
        let variant = Evidence(
            feed: Feed(records: records, deliveries: deliveries, injections: []),
            observations: [Observation("out", .topic, records)])
        let baseline = Evidence(
            feed: Feed(records), observations: [Observation("out", .topic, records)])
        for invariant in invariants {
            let examiner = Examiner(try plan(invariant))
            try report(invariant, 2 * count, rounds) {
                let judgements = try examiner.judgements(of: variant, baseline: baseline)
                guard judgements.allSatisfy({ $0.holds && $0.judged > 0 }) else {
                    throw CheckingError("\(invariant): \(judgements)")
                }
            }
        }
        for view in Divergence.View.allCases {
            let examiner = Examiner(CheckPlan())
            try report("compare: \(view.rawValue)", 2 * count, rounds) {
                let found = try examiner.divergences(
                    from: baseline, to: variant, [Comparison(stream: "out", view: view)])
                guard found.isEmpty else { throw CheckingError("\(view): \(found.count)") }
            }
        }
    }

    private static func plan(_ invariant: String) throws -> CheckPlan {
        try YAML.read("invariants:\n  - \(invariant)", file: "bench") {
            $0.section { CheckPlan($0) }
        }
    }

    private static func records(_ count: Int) -> ObservedRecords {
        var records = ObservedRecords()
        records.reserve(records: count, bytes: count * 190)
        for number in 0..<count {
            let key = "customer-\(number * 7919 % 10_007)"
            let value =
                "{\"id\":\"payment-\(number)\",\"customer\":\"\(key)\",\"version\":\(number),\"cents\":\(number % 9973),"
                + "\"currency\":\"EUR\",\"note\":\"as agreed\",\"items\":[1,2,3]}"
            records.append(
                Record(
                    source: TopicPartition("payments", Int32(number % 4)),
                    offset: Offset(number / 4),
                    timestamp: .create(1_700_000_000_000 + Int64(number)), key: Array(key.utf8),
                    value: Array(value.utf8), headers: [Header("id", "payment-\(number)")]))
        }
        return records
    }

    private static func report(
        _ name: String, _ records: Int, _ rounds: Int, _ body: () throws -> Void
    ) throws {
        try body()
        let rates = try (0..<rounds).map { _ in
            let start = processSeconds()
            try body()
            return Double(records) / (processSeconds() - start) / 1e6
        }.sorted()
        func text(_ rate: Double) -> String { String(format: "%.2f", rate) }
        print(
            "{\"row\": \"\(name.replacing("\"", with: "'"))\", \"million_records_per_second\": "
                + "\(text(rates[rates.count / 2])), \"least\": \(text(rates[0])), \"most\": "
                + "\(text(rates[rates.count - 1]))}")
    }

    private static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
