import Configuration
import Perturbation
import Records

/// Each trial has a random subset of the plan's rules and faults, at other rates: what one rule hides, another
/// subset shows.
///
/// Source: Groce et al., "Swarm Testing" (ISSTA 2012).
struct SwarmStrategy: ScheduleStrategy {
    let hunt: Hunt

    /// Draws: from the stream `swarm` of the seed at 0: for each rule whether it stays, then its factor; so
    /// for each fault, and for each way in which an HTTP sink fails.
    func schedule(
        number: Int, on workload: Workload, seed: String, corpus: Corpus
    ) throws -> (schedule: TrialSchedule, origin: String) {
        let stream = DrawStream(seed: seed, purpose: "swarm", source: TopicPartition("", 0))
        var draws = stream.draws(at: 0)
        var plan = hunt.plan
        plan.rules = hunt.plan.rules.compactMap { $0.swarmed(&draws) }
        var faults = hunt.faults.compactMap { rule -> Hunt.FaultRule? in
            guard let probability = rule.probability.swarmed(&draws) else { return nil }
            var rule = rule
            rule.probability = probability
            return rule
        }
        var sinks = hunt.sinkRules.compactMap { rule -> Hunt.SinkRule? in
            guard let rate = rule.rate.swarmed(&draws) else { return nil }
            var rule = rule
            rule.rate = rate
            return rule
        }
        if plan.rules.isEmpty && faults.isEmpty && sinks.isEmpty {
            (plan.rules, faults, sinks) = (hunt.plan.rules, hunt.faults, hunt.sinkRules)
        }
        let names =
            plan.rules.map(\.name) + faults.map(\.kind.rawValue) + sinks.map(\.kind.rawValue)
        return (
            try hunt.draw(plan, faults, sinks, seed: seed, on: workload),
            "swarm of \(names.joined(separator: ", "))"
        )
    }
}

extension Rule {
    /// The rule with another rate; nil in half of the cases.
    fileprivate func swarmed(_ draws: inout Draws) -> Rule? {
        var rule = self
        switch action {
        case .order: return draws.below(2) == 0 ? nil : self
        case .drop(let ratio):
            guard let ratio = ratio.swarmed(&draws) else { return nil }
            rule.action = .drop(ratio)
        case .duplicate(let ratio, let copies, let placement):
            guard let ratio = ratio.swarmed(&draws) else { return nil }
            rule.action = .duplicate(ratio, copies: copies, placement: placement)
        case .delay(let ratio, let time):
            guard let ratio = ratio.swarmed(&draws) else { return nil }
            rule.action = .delay(ratio, time)
        case .corrupt(let ratio, let kind):
            guard let ratio = ratio.swarmed(&draws) else { return nil }
            rule.action = .corrupt(ratio, kind)
        }
        return rule
    }
}

extension Ratio {
    /// Nil in half of the cases; else the probability times 1/2, 1, 2 or 4, at most 1.
    fileprivate func swarmed(_ draws: inout Draws) -> Ratio? {
        let stays = draws.below(2) == 1
        let factor = 1 << UInt64(draws.below(4))
        guard stays else { return nil }
        let scaled = Ratio(UInt64(numerator) * UInt64(factor), UInt64(denominator) * 2) ?? self
        return scaled > .one ? .one : scaled
    }
}
