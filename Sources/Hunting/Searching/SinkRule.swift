import Configuration
import Perturbation
import Records

extension Hunt {
    /// A way in which an HTTP sink may fail, and how often.
    struct SinkRule: Hashable, Sendable {
        var sink: String
        var kind: SystemFault.Kind
        /// The share of deliveries behind which it strikes the next request.
        var rate: Ratio
        var lengthUs: Int64 = 0
        var status = 0
    }

    /// In the order of the file. What happens always (100%) is the sink's way and no rule.
    var sinkRules: [SinkRule] {
        observe.flatMap { observed -> [SinkRule] in
            guard case .http(let answers) = observed.kind else { return [] }
            let slownessUs = Int64(answers.slowness.inSeconds * 1_000_000)
            return [
                SinkRule(
                    sink: observed.name, kind: .failAnswer, rate: answers.fail,
                    status: answers.failure),
                SinkRule(sink: observed.name, kind: .loseAnswer, rate: answers.lose),
                SinkRule(
                    sink: observed.name, kind: .slowAnswer, rate: answers.slow,
                    lengthUs: slownessUs),
            ].filter { $0.rate != .one && $0.rate.numerator > 0 }
        }
    }
}

extension [Hunt.SinkRule] {
    /// What strikes requests; each delivery has one fault of a sink at most, the first in the order of the rules.
    ///
    /// Draws: for each rule and delivery from the stream `http.NAME.KIND` of the seed and the record's partition, at
    /// 1024 times the offset and the number of the copy; there, too, from `http.NAME.KIND.late`: in one case of four
    /// what is refused or lost is so late.
    func faults(seed: String, feed: FeedSequence) -> [SystemFault] {
        if isEmpty { return [] }
        return feed.items.flatMap { item -> [SystemFault] in
            var struck: Set<String> = []
            return compactMap { rule in
                let purpose = "http.\(rule.sink).\(rule.kind.rawValue)"
                var draws = self.draws(seed, purpose, item)
                guard draws.happens(rule.rate), struck.insert(rule.sink).inserted else {
                    return nil
                }
                let fault = SystemFault(
                    at: item.name, copy: item.copy, kind: rule.kind, lengthUs: rule.lengthUs,
                    sink: rule.sink, status: rule.status)
                guard fault.canBeLate else { return fault }
                var late = self.draws(seed, purpose + ".late", item)
                return late.below(4) == 0
                    ? fault.answered(lateByUs: SystemFault.latenessUs) : fault
            }
        }
    }

    private func draws(_ seed: String, _ purpose: String, _ item: FeedSequence.Item) -> Draws {
        DrawStream(seed: seed, purpose: purpose, source: item.record.source)
            .draws(at: item.record.offset &* 1024 &+ Offset(item.copy))
    }
}
