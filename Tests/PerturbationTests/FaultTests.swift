import Configuration
import Records
import Testing

@testable import Perturbation

@Suite struct FaultTests {
    private static func plan(_ probability: Ratio) -> [Rule] {
        [
            Rule(name: "lose", action: .drop(probability)),
            Rule(
                name: "again", action: .duplicate(probability, copies: 1...1, placement: .anywhere)
            ),
            Rule(name: "late", action: .delay(probability, .constant(us: 7))),
            Rule(name: "bits", action: .corrupt(probability, .flip)),
            Rule(name: "cut", action: .corrupt(probability, .truncate)),
            Rule(name: "gone", action: .corrupt(probability, .null)),
        ]
    }

    @Test func `every survivor is delivered once, with its copies, whatever the plan`() throws {
        for number in 0..<400 {
            var random = TestRandom("multiset", number)
            let plan = random.plan()
            let records = random.log(of: OneWindow.source, records: 0...40)
            let outcome = try OneWindow.outcome(plan.rules, seed: plan.seed, records)
            let dropped = outcome.decisions.filter { $0.operation == .drop }.map(\.slot)
            #expect(Set(dropped).count == dropped.count)
            for slot in records.indices.map(Int32.init) {
                let copies = outcome.deliveries.filter { $0.slot == slot }.map(\.copy).sorted()
                let isDropped = dropped.contains(slot)
                #expect(copies == (isDropped ? [] : (0..<Int32(copies.count)).map { $0 }))
                #expect(copies.isEmpty == isDropped)
            }
            for delivery in outcome.deliveries {
                let isLimited = delivery.delayMicroseconds <= 86_400_000_000_000
                #expect(delivery.delayMicroseconds >= 0 && isLimited)
                let original = records[Int(delivery.slot)].value
                let value = try outcome.changedValue(of: delivery, original: original)
                #expect(delivery.isCorrupted || value == original)
            }
            let copies = outcome.deliveries.filter { $0.copy > 0 }.count
            #expect(outcome.counts.duplicated == copies)
            #expect(outcome.counts.dropped == dropped.count)
            #expect(outcome.counts.delivered == records.count - dropped.count + copies)
        }
    }

    @Test func `probability 0 is exactly nothing`() throws {
        for seed in 0..<50 {
            let outcome = OneWindow.outcome(
                Self.plan(.zero), seed: "\(seed)", try OneWindow.records(40))
            #expect(outcome.decisions.isEmpty)
            #expect(outcome.deliveries == (0..<40).map { Delivery(slot: $0) })
        }
    }

    @Test func `probability 1 is everything`() throws {
        for index in 0..<6 {
            let outcome = OneWindow.outcome(
                [Self.plan(.one)[index]], seed: "s", try OneWindow.records(40))
            #expect(outcome.decisions.count == 40)
            let slots = outcome.decisions.map(\.slot)
            #expect(slots.sorted() == (0..<40).map { Int32($0) })
        }
    }

    @Test func `a plan without rules is the identity and writes no line`() throws {
        for number in 0..<30 {
            var random = TestRandom("identity", number)
            let records = random.log(of: OneWindow.source, records: 0...60)
            let outcome = try OneWindow.outcome(Plan.passThrough.rules, seed: "", records)
            #expect(outcome.decisions.isEmpty && outcome.corruptions.isEmpty)
            #expect(outcome.deliveries == records.indices.map { Delivery(slot: Int32($0)) })
        }
    }

    @Test(arguments: [(1, 50), (1, 3), (7, 8), (1, 4_294_967_295)])
    func `rates fit their binomials`(numerator: Int, denominator: Int) throws {
        let probability = try Ratio.of(numerator, denominator)
        let block = try OneWindow.records(1000)
        for rule in Self.plan(probability) {
            var count = 0
            for seed in 0..<20 {
                count += OneWindow.outcome([rule], seed: "\(seed)", block).decisions.count
            }
            #expect(fits(count, of: 20_000, probability), "\(rule.name): \(count) of 20000")
        }
    }

    @Test func `numbers of copies and their gaps are uniform`() throws {
        let block = try OneWindow.records(5)
        var numbers = [0, 0, 0]
        var gaps = [Int](repeating: 0, count: 6)
        let rule = Rule(name: "d", action: .duplicate(.one, copies: 1...3, placement: .anywhere))
        for seed in 0..<1200 {
            let outcome = OneWindow.outcome([rule], seed: "\(seed)", block)
            for slot in 0..<Int32(5) {
                numbers[outcome.deliveries.filter { $0.slot == slot }.count - 2] += 1
            }
            var gap = 0
            for delivery in outcome.deliveries {
                if delivery.copy == 0 { gap += 1 } else { gaps[gap] += 1 }
            }
        }
        #expect(ChiSquare(counts: numbers).isPlausible, "\(ChiSquare(counts: numbers))")
        #expect(ChiSquare(counts: gaps).isPlausible, "\(ChiSquare(counts: gaps))")
    }

    @Test func `bits and cuts are uniform and always possible`() throws {
        let block = try OneWindow.records(200)
        var bits = [Int](repeating: 0, count: 64)
        var lengths = [Int](repeating: 0, count: 8)
        for seed in 0..<50 {
            for kind in [Rule.CorruptionKind.flip, .truncate] {
                let rule = Rule(name: "c", action: .corrupt(.one, kind))
                for change in OneWindow.outcome([rule], seed: "\(seed)", block).corruptions {
                    switch change.corruption {
                    case .flip(let bit): bits[Int(bit)] += 1
                    case .truncate(let count): lengths[Int(count)] += 1
                    case .null: Issue.record("no such rule")
                    }
                }
            }
        }
        #expect(ChiSquare(counts: bits).isPlausible, "\(ChiSquare(counts: bits))")
        #expect(ChiSquare(counts: lengths).isPlausible, "\(ChiSquare(counts: lengths))")
    }

    @Test func `null and empty values keep what they are`() throws {
        let records = [nil, [], [0x80]].enumerated().map { index, value in
            Record(source: OneWindow.source, offset: Offset(index), value: value as [UInt8]?)
        }
        let rules = Array(Self.plan(.one)[3...])
        let outcome = try OneWindow.outcome(rules, seed: "s", records)
        let values = try outcome.deliveries.map {
            try outcome.changedValue(of: $0, original: records[Int($0.slot)].value)
        }
        #expect(values == [nil, nil, nil])
        #expect(outcome.corruptions.map(\.slot) == [1, 2, 2, 2])
        // Cut to nothing, then no bit is left to turn.
        let cutFirst = try OneWindow.outcome([rules[1], rules[0]], seed: "s", records)
        #expect(cutFirst.corruptions.map(\.corruption) == [.truncate(toBytes: 0)])
    }

    @Test func `delays add up, and end at 1,000 days`() throws {
        let day: Int64 = 86_400_000_000
        let rules = [600 * day, 399 * day, 2 * day, 5000 * day].enumerated().map {
            Rule(name: "d\($0.offset)", action: .delay(.one, .constant(us: $0.element)))
        }
        for (count, days) in [(1, 600), (2, 999), (3, 1000), (4, 1000)] as [(Int, Int64)] {
            let outcome = OneWindow.outcome(
                Array(rules[..<count]), seed: "s", try OneWindow.records(1))
            #expect(outcome.deliveries[0].delayMicroseconds == days * day)
            #expect(outcome.decisions.count == 1)
        }
    }

    @Test func `a share of the keys is the same keys in every topic and partition`() throws {
        var condition = Condition()
        condition.share = try Ratio.of(1, 4)
        let rule = Rule(name: "some", condition: condition, action: .drop(.one))
        var taken: [[UInt8]: Set<Bool>] = [:]
        for partition in 0..<3 {
            let source = TopicPartition(partition == 0 ? "a" : "b", Int32(partition))
            let records = (0..<4000).map {
                Record(source: source, offset: Offset($0), key: Array("key \($0 % 2000)".utf8))
            }
            var block = RecordBlock(source: source, reservingBytes: 1 << 20)
            for record in records { try block.append(record) }
            let outcome = OneWindow.outcome([rule], seed: "s", block)
            let dropped = Set(outcome.decisions.map(\.slot))
            for (slot, record) in records.enumerated() {
                taken[record.key ?? [], default: []].insert(dropped.contains(Int32(slot)))
            }
        }
        #expect(taken.values.allSatisfy { $0.count == 1 })
        let count = taken.values.filter { $0.contains(true) }.count
        #expect(fits(count, of: 2000, try Ratio.of(1, 4)), "\(count)")
    }
}
