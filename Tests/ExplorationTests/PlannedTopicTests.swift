import Simulation
import Testing

@testable import Exploration

/// The plan of a topic: what it may do is a choice of the exploration.
@Suite struct PlannedTopicTests {
    /// One worker that takes messages as they come, and the orders in which it does so.
    private static func orders(
        _ window: String, _ rules: String, messages: Int, keys: String = "one",
        bounds: String = ""
    ) throws -> Set<[Int]> {
        let model = try model(window, rules, messages: messages, keys: keys, bounds: bounds)
        var orders: Set<[Int]> = []
        var search = Search(SearchLimits())
        search.stopsAtFinding = false
        SourceDPOR(judge: { choices in
            let begun = Execution(model, choices).entries.filter { $0.what == .effect }
            orders.insert(begun.map { Int($0.message) })
            return nil
        }).run(model, &search)
        #expect(search.cut == 0 && search.findings.isEmpty)
        return orders
    }

    private static func model(
        _ window: String, _ rules: String, messages: Int, keys: String = "one",
        bounds: String = "", rest: String = "", steps: String = "{effect: e}",
        seed: String = "1"
    ) throws -> Model {
        let yaml = """
            sources: {s: {to: q, arrivals: together, keys: "\(keys)", messages: \(messages)}}
            queues: {q: {partitions: 1, perturb: {seed: "\(seed)", window: {records: \(window), maxWait: 1s}, rules: [\(rules)]}}}
            handlers: {h: {from: q, workers: 1, order: partition, steps: [\(steps)]}}
            bounds: {\(bounds)}
            \(rest)
            """
        return try Model(Topology(yaml: Array(yaml.utf8), file: "planned.yaml"))
    }

    @Test(
        arguments: [
            ("1..9", "", 3, "one", [[0, 1, 2]]),
            ("1..9", "{delay: {probability: 50%, time: 1s}}", 3, "one", [[0, 1, 2]]),
            ("1..9", "{order: none}", 3, "one", [[0, 1, 2]]),
            (
                "1..9", "{order: shuffle}", 3, "one",
                [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
            ),
            // No window is longer than two.
            ("1..2", "{order: shuffle}", 3, "one", [[0, 1, 2], [0, 2, 1], [1, 0, 2]]),
            ("1..9", "{order: perKey}", 3, "one", [[0, 1, 2]]),
            (
                "1..9", "{order: {displacement: 1}}", 3, "one",
                [[0, 1, 2], [0, 2, 1], [1, 0, 2]]
            ),
            (
                "1..9", "{order: {displacement: 2}}", 3, "one",
                [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
            ),
            ("1..9", "{drop: 10%}", 2, "one", [[0, 1], [0], [1]]),
            ("1..9", "{drop: 100%}", 2, "one", [[]]),
            ("1..9", "{drop: 10%, where: {every: 2}}", 2, "one", [[0, 1], [1]]),
            // Right behind the first one, or anywhere in the window.
            (
                "1..9", "{duplicate: {probability: 10%, place: adjacent}}", 2, "one",
                [[0, 1], [0, 0, 1], [0, 1, 1]]
            ),
            (
                "1..9", "{duplicate: {probability: 10%, place: anywhere}}", 2, "one",
                [[0, 1], [0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 1]]
            ),
            (
                "1..1", "{duplicate: {probability: 10%, place: anywhere}}", 2, "one",
                [[0, 1], [0, 0, 1], [0, 1, 1]]
            ),
        ] as [(String, String, Int, String, [[Int]])])
    func `records come in the orders that windows and rules allow`(
        window: String, rules: String, messages: Int, keys: String, orders: [[Int]]
    ) throws {
        #expect(
            try Self.orders(window, rules, messages: messages, keys: keys) == Set(orders))
    }

    /// Whatever the engine does with some seed, an execution does.
    @Test(
        arguments: [
            ("{order: shuffle}", 3), ("{order: perKey}", 3), ("{order: {displacement: 1}}", 3),
            ("{drop: 30%}, {order: shuffle}", 2),
            ("{duplicate: {probability: 30%, place: anywhere}}, {order: {displacement: 1}}", 2),
            ("{duplicate: {probability: 30%, copies: 2, place: adjacent}}", 1),
        ])
    func `what runs come to is among the executions`(rules: String, messages: Int) throws {
        let keys = "fresh"
        let all = try Self.orders(
            "2..3", rules, messages: messages, keys: keys, bounds: "duplicates: 2, drops: 2")
        var seen: Set<[Int]> = []
        for seed in 0..<60 {
            // The same keys, and other draws of the plan.
            let topology = try Self.model(
                "2..3", rules, messages: messages, keys: keys, seed: "s\(seed)"
            ).topology
            var begun: [Int] = []
            _ = topology.run { if $0.what == .effect { begun.append(Int($0.message)) } }
            seen.insert(begun)
        }
        #expect(seen.subtracting(all).isEmpty, "\(seen.subtracting(all))")
        #expect(seen.count > 1)
    }

    /// All that a window's orders come to: sorted by place among those that are left x step + a drawn number.
    private static func ranked(
        _ records: [Int], step: Int, most: Int, isLaterFirst: Bool
    ) -> Set<[Int]> {
        var all: Set<[Int]> = []
        var draws = [Int](repeating: 0, count: records.count)
        while true {
            let numbers = records.indices.map { step * $0 + draws[$0] }
            let sorted = records.indices.sorted { (one: Int, other: Int) -> Bool in
                if numbers[one] != numbers[other] { return numbers[one] < numbers[other] }
                return isLaterFirst ? one > other : one < other
            }
            all.insert(sorted.map { records[$0] })
            guard let next = draws.indices.first(where: { draws[$0] < most }) else { return all }
            for place in 0..<next { draws[place] = 0 }
            draws[next] += 1
        }
    }

    /// The same with up to so many left out, over every division into windows of at most so many.
    private static func ranked(
        _ count: Int, window: Int, drops: Int, step: Int, most: Int, isLaterFirst: Bool
    ) -> Set<[Int]> {
        var all: Set<[Int]> = []
        func add(_ begun: Set<[Int]>, from first: Int, drops: Int) {
            if first == count { return all.formUnion(begun) }
            for end in first + 1...min(count, first + window) {
                let records = Array(first..<end)
                for left in 0..<1 << records.count {
                    let kept = records.filter { (left >> ($0 - first)) & 1 == 0 }
                    let dropped = records.count - kept.count
                    guard dropped <= drops else { continue }
                    let orders = ranked(kept, step: step, most: most, isLaterFirst: isLaterFirst)
                    let both = Set(begun.flatMap { head in orders.map { head + $0 } })
                    add(both, from: end, drops: drops - dropped)
                }
            }
        }
        add([[]], from: 0, drops: drops)
        return all
    }

    @Test(arguments: [(1, 0), (1, 1), (1, 2), (2, 1), (3, 1)], [2, 3, 9])
    func `bounded disorder is what the engine's numbers give, no less and no more`(
        bound: (places: Int, drops: Int), window: Int
    ) throws {
        let drops = bound.drops == 0 ? "" : ", {drop: 10%}"
        let orders = try Self.orders(
            "1..\(window)", "{order: {displacement: \(bound.places)}}\(drops)", messages: 4,
            bounds: "drops: \(bound.drops)")
        let exact = Self.ranked(
            4, window: window, drops: bound.drops, step: 1, most: bound.places, isLaterFirst: true)
        #expect(orders == exact)
    }

    @Test(arguments: [(1, 0), (1, 1), (2, 1), (3, 1), (3, 0)], [2, 9])
    func `jitter with a spacing is what the engine's delays give, no less and no more`(
        bound: (rangeUs: Int, drops: Int), window: Int
    ) throws {
        let drops = bound.drops == 0 ? "" : ", {drop: 10%}"
        let orders = try Self.orders(
            "1..\(window)",
            "{order: {byDelay: uniform(4us..\(4 + bound.rangeUs)us), spacing: 1us}}\(drops)",
            messages: 4, bounds: "drops: \(bound.drops)")
        let exact = Self.ranked(
            4, window: window, drops: bound.drops, step: 1, most: bound.rangeUs,
            isLaterFirst: false)
        #expect(orders == exact)
    }

    @Test func `what is certainly left out takes its place in a window`() throws {
        // The second and the fourth are left out, so that no window of two has two others.
        let orders = try Self.orders(
            "1..2", "{order: shuffle}, {drop: 100%, where: {every: {modulus: 2, remainder: 1}}}",
            messages: 4)
        #expect(orders == [[0, 2]])
    }

    @Test func `what a plan leaves out is lost, and what it spoils fails`() async throws {
        let dropped = try Self.model(
            "1..9", "{drop: 10%}", messages: 2, rest: "invariants: [allHandledOrDead]")
        let lost = await Explorer(dropped).run().counterexample
        #expect(lost?.finding == .broken(.allHandledOrDead))
        #expect(lost?.choices.map(\.action).contains(.drop) == true)
        let spoilt = try Self.model(
            "1..9", "{corrupt: {flip: 10%}}", messages: 2,
            bounds: "deadLetters: 0", steps: "{effect: e}, {fail: 0%}")
        let dead = await Explorer(spoilt).run().counterexample
        #expect(dead?.finding == .deadLetters)
        #expect(dead?.choices.map(\.action).contains(.corrupt) == true)
        let never = try Self.model(
            "1..9", "{drop: 10%}", messages: 2, bounds: "drops: 0",
            rest: "invariants: [allHandledOrDead]")
        #expect(never.assumptions.count == 1)
        #expect(await Explorer(never).run().end == .complete)
    }

    @Test func `a copy in the window meets an inbox that has forgotten it`() async throws {
        func end(_ placement: String) async throws -> Exploration.End {
            let model = try Self.model(
                "1..9", "{duplicate: {probability: 10%, place: \(placement)}}",
                messages: 2, rest: "inboxes: {k: {last: 1}}\ninvariants: [exactlyOnceEffect]",
                steps: "{effect: {name: e, once: k}}")
            return await Explorer(model).run().end
        }
        #expect(try await end("adjacent") == .complete)
        #expect(try await end("anywhere") == .found)
    }

    @Test func `an order of some records of a partition is refused`() throws {
        #expect {
            try Self.model(
                "1..9", "{order: shuffle, where: {every: 2}}", messages: 3)
        } throws: {
            "\($0)".contains("orders some records of a partition and leaves others")
        }
    }
}
