import Configuration
import Records
import Testing

@testable import Perturbation

@Suite struct OrderTests {
    private func arrange(_ order: Order, seed: Int, _ block: RecordBlock) -> [Int32] {
        OneWindow.outcome([Rule(name: "order", action: .order(order))], seed: "\(seed)", block)
            .order
    }

    @Test(arguments: [(2, 4000), (3, 6000), (4, 9600), (5, 12000)])
    func `shuffle makes every permutation equally likely`(count: Int, windows: Int) throws {
        let block = try OneWindow.records(count)
        var counts: [[Int32]: Int] = [:]
        for seed in 0..<windows { counts[arrange(.shuffle, seed: seed, block), default: 0] += 1 }
        #expect(counts.count == (1...count).reduce(1, *))
        let fit = ChiSquare(counts: counts.values.sorted())
        #expect(fit.isPlausible, "\(fit)")
    }

    @Test func `shuffle differs from window to window of one seed`() throws {
        let all = try (0..<200).map { window in
            let records = (0..<4).map {
                Record(source: OneWindow.source, offset: Offset(window * 4 + $0))
            }
            return try OneWindow.outcome(
                [Rule(name: "order", action: .order(.shuffle))], seed: "s", records
            ).order
        }
        #expect(Set(all).count == 24)
    }

    @Test(
        arguments: [
            (["a", "a", "b", "b"], 6), (["a", "b", "a", "c"], 12), ([nil, nil, "", ""], 12),
            ([nil, "", nil], 6), (["a", "a", "a"], 1),
        ] as [([String?], Int)])
    func `perKey makes every interleaving equally likely`(keys: [String?], kinds: Int) throws {
        let block = try OneWindow.records(keys: keys)
        var counts: [[Int32]: Int] = [:]
        for seed in 0..<(kinds * 400) {
            counts[arrange(.perKey, seed: seed, block), default: 0] += 1
        }
        #expect(counts.count == kinds)
        if kinds > 1 {
            let fit = ChiSquare(counts: counts.values.sorted())
            #expect(fit.isPlausible, "\(fit)")
        }
    }

    @Test func `perKey keeps the order of every key`() throws {
        for seed in 0..<300 {
            var random = TestRandom("perKey", seed)
            let keys: [String?] = (0..<random.within(1...60)).map { _ in
                random.pick([nil, "", "a", "b", "c", "some longer key \(random.below(3))"])
            }
            let order = arrange(.perKey, seed: seed, try OneWindow.records(keys: keys))
            #expect(order.sorted() == (0..<Int32(keys.count)).map { $0 })
            for key in Set(keys.compactMap { $0 }) {
                let own = order.filter { keys[Int($0)] == key }
                #expect(own == own.sorted())
            }
        }
    }

    @Test(arguments: [0, 1, 2, 3, 7])
    func `displacement keeps its bound and reaches it`(k: Int) throws {
        let block = try OneWindow.records(30)
        var furthest: Set<Int> = []
        for seed in 0..<300 {
            let order = arrange(.displacement(k), seed: seed, block)
            #expect(order.sorted() == (0..<30).map { Int32($0) })
            for (place, slot) in order.enumerated() { furthest.insert(place - Int(slot)) }
        }
        #expect(furthest.max() == k && furthest.min() == -k)
    }

    @Test func `byDelay sorts by timestamp and delay, with ties in offset order`() throws {
        let us = DurationDistribution.self
        let block = try OneWindow.records(40)
        #expect(arrange(.byDelay(us.constant(us: 5), spacing: nil), seed: 1, block) == sorted(40))
        let jitter = DurationDistribution.uniform(lowUs: 0, highUs: 3000)
        for seed in 0..<100 {
            // Timestamps are 1 ms apart and delays at most 3 ms: nobody overtakes more than three.
            let order = arrange(.byDelay(jitter, spacing: nil), seed: seed, block)
            #expect(order != sorted(40))
            for (place, slot) in order.enumerated() { #expect(abs(place - Int(slot)) <= 3) }
            // The same delays at another spacing.
            let spaced = arrange(.byDelay(jitter, spacing: .microseconds(3001)), seed: seed, block)
            #expect(spaced == sorted(40))
            let same = arrange(.byDelay(jitter, spacing: .milliseconds(1)), seed: seed, block)
            #expect(same == order)
        }
    }

    @Test func `an order takes the places of the records that it matches and no others`() throws {
        let keys = (0..<24).map { $0 % 3 == 0 ? "b" : "a" }
        let block = try OneWindow.records(keys: keys)
        var onlyA = Condition()
        onlyA.key = .glob(Glob("a"))
        for seed in 0..<100 {
            let rules = [
                Rule(name: "a", condition: onlyA, action: .order(.shuffle)),
                Rule(name: "all", action: .order(.none)),
                Rule(name: "late", action: .order(.shuffle)),
            ]
            let order = OneWindow.outcome(rules, seed: "\(seed)", block).order
            for (place, slot) in order.enumerated() {
                #expect(keys[place] == keys[Int(slot)])
                if keys[place] == "b" { #expect(place == Int(slot)) }
            }
        }
    }

    @Test func `a move is put down to a rule that moved something`() throws {
        let block = try OneWindow.records(keys: (0..<20).map { $0 % 2 == 0 ? "b" : "a" })
        var onlyB = Condition()
        onlyB.key = .glob(Glob("b"))
        let rules = [
            Rule(name: "b", condition: onlyB, action: .order(.none)),
            Rule(name: "a", action: .order(.shuffle)),
        ]
        for seed in 0..<50 {
            let outcome = OneWindow.outcome(rules, seed: "\(seed)", block)
            #expect(outcome.decisions.allSatisfy { $0.rule == 1 })
            #expect(outcome.counts.moved == outcome.decisions.count)
        }
    }

    private func sorted(_ count: Int32) -> [Int32] { (0..<count).map { $0 } }
}
