import Configuration
import Records
import Testing

@testable import Perturbation

/// A rule's draws are its own: another rule beside it takes none of them.
@Suite struct IndependenceTests {
    private let half = Ratio(1, 2) ?? .one
    private let window = 60

    private func rule(_ name: String, _ action: Rule.Action) -> Rule {
        Rule(name: name, action: action)
    }

    private var rules: [Rule] {
        [
            rule("late", .delay(half, .exponential(meanUs: 5000))),
            rule("mix", .order(.shuffle)),
            rule("again", .duplicate(half, copies: 1...2, placement: .adjacent)),
            rule("bits", .corrupt(half, .flip)),
        ]
    }

    /// The decisions by one rule, in a form that other rules' decisions cannot change; originals only.
    private func own(_ name: String, of rules: [Rule], seed: Int) throws -> Set<String> {
        let outcome = OneWindow.outcome(rules, seed: "\(seed)", try OneWindow.records(window))
        var own: Set<String> = []
        for decision in outcome.decisions where rules[Int(decision.rule)].name == name {
            switch decision.operation {
            case .delay(0, let delay): own.insert("\(decision.slot) delay \(delay)")
            case .corrupt(0, let change): own.insert("\(decision.slot) \(change)")
            case .duplicate(let copy, _): own.insert("\(decision.slot) copy \(copy)")
            case .move, .delay, .corrupt, .drop, .untimed: break
            }
        }
        if name == "mix" { own.insert("\(outcome.order)") }
        return own
    }

    @Test func `a rule decides alone as it does among others, in any place of the plan`() throws {
        for seed in 0..<40 {
            var random = TestRandom("places", seed)
            var shuffled = rules
            random.shuffle(&shuffled)
            for rule in rules {
                let alone = try own(rule.name, of: [rule], seed: seed)
                #expect(alone.count > 0)
                #expect(try own(rule.name, of: rules, seed: seed) == alone)
                #expect(try own(rule.name, of: shuffled, seed: seed) == alone)
            }
        }
    }

    @Test func `a drop takes records from other rules and changes nothing of the rest`() throws {
        for seed in 0..<40 {
            let block = try OneWindow.records(window)
            let lossy = rule("lossy", .drop(half))
            let all = OneWindow.outcome([rules[0], lossy], seed: "\(seed)", block)
            let dropped = Set(
                all.decisions.filter { $0.operation == .drop }.map(\.slot))
            let alone = OneWindow.outcome([rules[0]], seed: "\(seed)", block)
            #expect(
                all.deliveries.map(\.delayMicroseconds)
                    == alone.deliveries.filter { !dropped.contains($0.slot) }
                    .map(\.delayMicroseconds))
            // A second drop rule takes from what the first one leaves; both decide as they do alone.
            let second = rule("second", .drop(half))
            let both = OneWindow.outcome([second, lossy], seed: "\(seed)", block)
            let ofSecond = both.decisions.filter { $0.rule == 0 }.map(\.slot)
            let ofLossy = both.decisions.filter { $0.rule == 1 }.map(\.slot)
            let secondAlone = OneWindow.outcome([second], seed: "\(seed)", block)
            #expect(Set(ofSecond) == Set(secondAlone.decisions.map(\.slot)))
            #expect(Set(ofLossy) == dropped.subtracting(ofSecond))
        }
    }

    @Test func `seed, topic, partition and name of the rule each give other draws`() throws {
        let plan = Plan(seed: "s", rules: [rule("r", .drop(half))])
        var other = plan
        other.seed = "t"
        var renamed = plan
        renamed.rules[0].name = "q"
        let orders = TopicPartition("orders", 0)
        var seen: Set<[Int32]> = []
        for (plan, source) in [
            (plan, orders), (other, orders), (renamed, orders),
            (plan, TopicPartition("orders", 1)), (plan, TopicPartition("order", 0)),
        ] {
            var block = RecordBlock(source: source, reservingBytes: 4096)
            for offset in 0..<64 {
                try block.append(Record(source: source, offset: Offset(offset)))
            }
            var perturber = Perturber(plan: plan, source: source)
            var outcome = Outcome()
            perturber.perturb(block, start: 0, into: &outcome)
            seen.insert(outcome.order)
        }
        #expect(seen.count == 5)
    }

    @Test func `lengths of windows are uniform and depend on the start alone`() {
        let perturber = Perturber(plan: .standard, source: TopicPartition("orders", 3))
        var counts = [Int](repeating: 0, count: 46)
        for start in 0..<9200 { counts[perturber.windowLength(at: Offset(start * 37)) - 5] += 1 }
        let fit = ChiSquare(counts: counts)
        #expect(fit.isPlausible, "\(fit)")
        var plan = Plan.standard
        plan.rules = []
        let bare = Perturber(plan: plan, source: TopicPartition("orders", 3))
        #expect(
            (0..<100).allSatisfy { bare.windowLength(at: $0) == perturber.windowLength(at: $0) })
    }
}
