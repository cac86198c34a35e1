import Records
import Testing

@testable import Perturbation

@Suite struct RoundTripTests {
    private static let source = TopicPartition("a\"b/c@d", 3)
    private static let names = ["lossy", "\"é\n", "third"]

    @Test(arguments: 0..<10)
    func `any outcome comes back from its decisions`(share: Int) throws {
        var random = TestRandom("outcomes", share)
        var canonical = Canonical()
        for _ in 0..<10_500 {
            var (outcome, drops) = random.outcome(records: random.below(9))
            canonical.describe(&outcome, drops: drops)
            let applied = try Outcome(applying: outcome.decisions, to: drops.count)
            try #require(applied == outcome)
        }
    }

    @Test(arguments: 0..<4)
    func `any outcome comes back from the text of its lines`(share: Int) throws {
        var random = TestRandom("lines", share)
        var canonical = Canonical()
        let encoder = DecisionEncoder(source: Self.source, ruleNames: Self.names)
        for _ in 0..<500 {
            let offsets = (0..<random.below(30)).map { Offset($0 * $0) }
            var (outcome, drops) = random.outcome(records: offsets.count)
            canonical.describe(&outcome, drops: drops)
            let block = try emptyRecords(Self.source, at: offsets)
            var text = TextBuffer()
            encoder.encode(outcome.decisions, of: block.entries, into: &text)

            let decisions = try parse(text.string, offsets)
            var applied = try Outcome(applying: decisions, to: offsets.count)
            try #require(applied == outcome)
            canonical.describe(&applied, drops: drops)
            var again = TextBuffer()
            encoder.encode(applied.decisions, of: block.entries, into: &again)
            try #require(again.string == text.string)
        }
    }

    @Test func `every place of every copy of up to four records is given back`() throws {
        var canonical = Canonical()
        for count in 1...4 {
            let items = Array(Int32(0)..<Int32(count))
            for order in permutations(items) {
                // Three copies: of each record, in each gap; the last two of the same record.
                for (first, second) in product(count, count) {
                    for gaps in 0..<((count + 1) * (count + 2) * (count + 3)) {
                        var outcome = Outcome()
                        outcome.deliveries = order.map { Delivery(slot: $0) }
                        var gap = gaps
                        var numbers: [Int: Int32] = [:]
                        for slot in [first, second, second] {
                            numbers[slot, default: 0] += 1
                            let room = outcome.deliveries.count + 1
                            outcome.deliveries.insert(
                                Delivery(slot: Int32(slot), copy: numbers[slot] ?? 0),
                                at: gap % room)
                            gap /= room
                        }
                        let drops = [Int32](repeating: Canonical.notDropped, count: count)
                        canonical.describe(&outcome, drops: drops)
                        let applied = try Outcome(applying: outcome.decisions, to: count)
                        try #require(applied == outcome)
                    }
                }
            }
        }
    }

    @Test func `any subset of lines applies, and lines of other records keep their meaning`() throws
    {
        var random = TestRandom("subsets")
        var canonical = Canonical()
        for _ in 0..<4000 {
            var (outcome, drops) = random.outcome(records: random.within(1...8))
            canonical.describe(&outcome, drops: drops)
            let kept = outcome.decisions.filter { _ in random.chance(1, in: 2) }
            let applied = try Outcome(applying: kept, to: drops.count)
            let copies = kept.filter { if case .duplicate = $0.operation { true } else { false } }
            let dropped = Set(kept.filter { $0.operation == .drop }.map(\.slot))
            try #require(
                applied.deliveries.count == drops.count - dropped.count + copies.count)
            for slot in drops.indices {
                let numbers = applied.deliveries.filter { $0.slot == slot }.map(\.copy).sorted()
                let wanted = copies.compactMap { decision -> Int32? in
                    guard case .duplicate(let copy, _) = decision.operation,
                        decision.slot == slot
                    else { return nil }
                    return copy
                }
                try #require(
                    numbers == (dropped.contains(Int32(slot)) ? [] : [0] + wanted.sorted()))
            }
            // A subset has a canonical form of its own, which means the same.
            var described = applied
            canonical.describe(
                &described,
                drops: drops.indices.map {
                    dropped.contains(Int32($0)) ? drops[$0] : Canonical.notDropped
                })
            let again = try Outcome(applying: described.decisions, to: drops.count)
            try #require(again.deliveries.map(\.place) == applied.deliveries.map(\.place))
        }
    }

    @Test func `windows in a row apply as one by one`() throws {
        var random = TestRandom("rows")
        var canonical = Canonical()
        for _ in 0..<800 {
            var all: [Decision] = []
            var expected: [Delivery] = []
            var base: Int32 = 0
            for _ in 0..<random.within(1...5) {
                var (outcome, drops) = random.outcome(records: random.below(7))
                canonical.describe(&outcome, drops: drops)
                let start = base
                all += try outcome.decisions.map {
                    try $0.naming { slot throws(ScheduleError) in slot + start }
                }
                expected += outcome.deliveries.map {
                    var delivery = $0
                    delivery.slot += start
                    return delivery
                }
                base += Int32(drops.count)
            }
            let applied = try Outcome(applying: all, to: Int(base))
            try #require(applied.deliveries == expected)
        }
    }

    private func parse(_ text: String, _ offsets: [Offset]) throws -> [Decision] {
        var parser = ScheduleParser(ruleNames: Self.names)
        let slots = Dictionary(
            uniqueKeysWithValues: offsets.enumerated().map { ($0.element, Int32($0.offset)) })
        return try text.split(separator: "\n").enumerated().map { number, line in
            let parsed = try Array(line.utf8).withUnsafeBytes {
                try parser.parse($0, line: number + 1)
            }
            guard case .decision(let source, let decision) = parsed else {
                throw ScheduleError.malformed("no decision", line: number + 1)
            }
            #expect(source == Self.source)
            return try decision.naming { offset throws(ScheduleError) in
                guard let slot = slots[offset] else { throw .noSuchAnchor(decision: number) }
                return slot
            }
        }
    }

    private func product(_ left: Int, _ right: Int) -> [(Int, Int)] {
        (0..<left).flatMap { first in (0..<right).map { (first, $0) } }
    }
}

extension Delivery {
    fileprivate var place: [Int64] { [Int64(slot), Int64(copy), delayMicroseconds] }
}
