import Configuration
import KafkaClient
import Perturbation
import Recording
import Records

@testable import Proxy

/// What a broker knows, in memory: the input's records, what a read-committed reader sees of the
/// output, and the group's positions. A value: a test can go back to how it was.
struct World {
    let plan: Plan
    let log: [TopicPartition: [Record]]
    /// By input partition.
    private(set) var output: [TopicPartition: [Record]] = [:]
    private(set) var positions: [TopicPartition: CommittedPosition] = [:]
    private var arrivalNs: UInt64 = 1_700_000_000_000_000_000

    init(plan: Plan, log: [TopicPartition: [Record]]) {
        self.plan = plan
        self.log = log
    }

    /// What the output's topic is called.
    static func output(_ topic: String) -> String { "\(topic).shadow" }

    var sources: [TopicPartition] { log.keys.sorted() }

    func range(of source: TopicPartition) -> Range<Offset> {
        let records = log[source] ?? []
        guard let first = records.first, let last = records.last else { return 0..<0 }
        return first.offset..<(last.offset + 1)
    }

    mutating func arrival() -> UInt64 {
        arrivalNs += 1_000_003
        return arrivalNs
    }

    /// The clock of arrivals goes back.
    mutating func turnBack(nanoseconds: UInt64) { arrivalNs -= nanoseconds }

    /// A transaction: deliveries and positions become visible together.
    mutating func commit(_ deliveries: [Record], _ committed: [CommittedPosition]) {
        show(deliveries)
        for position in committed { positions[position.source] = position }
    }

    /// Deliveries as a broker stores them.
    mutating func show(_ deliveries: [Record]) {
        for delivery in deliveries {
            var stored = delivery
            stored.offset = Offset(output[delivery.source, default: []].count)
            stored.source.topic = Self.output(delivery.source.topic)
            // The output's timestamps are the producer's, whatever the input's were.
            if stored.timestamp.kind == .logAppend { stored.timestamp.kind = .create }
            if !Producer.canSend(timestampMs: stored.timestamp.milliseconds) {
                stored.timestamp = .create(1_800_000_000_000 + stored.offset)
            }
            output[delivery.source, default: []].append(stored)
        }
    }

    // MARK: What tests look at

    /// What `kerfuffle verify` would be told by the group.
    var committed: [TopicPartition: Chain.Committed] {
        positions.compactMapValues { position in
            CommitMetadata(position.metadata).map {
                Chain.Committed($0, at: position.offset)
            }
        }
    }

    /// What a reader of the output's topics finds.
    func delivered(
        changing change: (inout [TopicPartition: [Record]]) -> Void = { _ in }
    ) -> DeliveredRecords {
        var output = self.output
        change(&output)
        // Round after round, a few of each partition, as a consumer gets them.
        var left = output.keys.sorted().map { output[$0, default: []][...] }
        return DeliveredRecords { queues in
            for index in left.indices {
                for record in left[index].prefix(7) {
                    try queues.add(record.source) { try $0.append(record) }
                }
                left[index] = left[index].dropFirst(7)
            }
            return left.contains { !$0.isEmpty }
        }
    }
}

extension World {
    /// Some partitions' worth of records of every kind, under a plan that does everything.
    static func random(_ dice: inout Dice, partitions: Int = 2, records: ClosedRange<Int> = 5...60)
        -> World
    {
        var log: [TopicPartition: [Record]] = [:]
        for partition in 0..<partitions {
            let topic = partition % 3 == 2 ? "a/b@c.é" : "orders"
            let source = TopicPartition(topic, Int32(partition))
            log[source] = dice.log(of: source, records: records)
        }
        return World(plan: dice.plan(), log: log)
    }
}

extension World {
    /// Records that tell their offset, under a plan that leaves values as they are.
    static func numbered(_ dice: inout Dice) -> World {
        var log: [TopicPartition: [Record]] = [:]
        for partition in 0..<Int32(dice.within(1...3)) {
            let source = TopicPartition("orders", partition)
            log[source] = (0..<dice.within(10...60)).map { index in
                Record(
                    source: source, offset: Offset(index), timestamp: .create(1_700_000_000_000),
                    value: Array("\(index)".utf8))
            }
        }
        var plan = dice.plan()
        plan.rules.removeAll { if case .corrupt = $0.action { true } else { false } }
        return World(plan: plan, log: log)
    }
}

extension Dice {
    mutating func log(of source: TopicPartition, records: ClosedRange<Int>) -> [Record] {
        var offset = Offset(pick([0, 1, 7, 1200, 1 << 40]))
        return (0..<within(records)).map { _ in
            defer { offset += chance(1, in: 6) ? Offset(within(2...9)) : 1 }
            return record(of: source, at: offset)
        }
    }

    mutating func record(of source: TopicPartition, at offset: Offset) -> Record {
        let timestamp: Timestamp =
            switch below(12) {
            case 0: .none
            case 1: .create(0)
            case 2: Timestamp(.logAppend, milliseconds: 1_700_000_000_000 + Int64(below(100)))
            default: .create(1_700_000_000_000 + Int64(below(100_000)))
            }
        return Record(
            source: source, offset: offset, timestamp: timestamp,
            key: chance(1, in: 6) ? nil : Array(pick(["", "k1", "k2", "k3"]).utf8),
            value: chance(1, in: 8) ? nil : bytes(0...40),
            headers: (0..<below(3)).map { _ in
                Header(pick(["a", "é", ""]), pick([nil, "", "1", "12"]))
            })
    }

    mutating func plan() -> Plan {
        let fewest = within(1...6)
        let ratios = [Ratio(1, 50), Ratio(1, 5), Ratio(1, 2), .one].compactMap { $0 }
        var rules = [
            Rule(
                name: "order",
                action: .order(pick([.none, .shuffle, .perKey, .displacement(3)]))),
            Rule(name: "drop", action: .drop(pick(ratios.dropLast() + [.zero]))),
            Rule(
                name: "copies \"é\"",
                action: .duplicate(
                    pick(ratios), copies: 1...within(1...3),
                    placement: pick(Rule.Placement.allCases))),
            Rule(name: "late", action: .delay(pick(ratios), .uniform(lowUs: 0, highUs: 2_000_000))),
            Rule(
                name: "broken",
                action: .corrupt(pick(ratios), pick(Rule.CorruptionKind.allCases))),
        ]
        rules.removeAll { _ in chance(1, in: 3) }
        return Plan(
            seed: "seed \(below(1000))",
            window: WindowShape(
                records: fewest...(fewest + below(8)),
                bytes: chance(1, in: 3) ? within(60...300) : 1 << 20),
            rules: rules)
    }
}
