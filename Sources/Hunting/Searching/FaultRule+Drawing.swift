import Configuration
import Perturbation
import Records

extension Hunt.FaultRule {
    /// The fault that this rule brings into a trial, behind a delivery that is drawn; nil: none.
    ///
    /// Draws: from the stream `fault.<index>.<kind>` of the seed at 0: whether, behind which delivery, the
    /// delay, the length; where the delay is stretched, whether this one is, between which of 50 ms, 100 ms, …, 1.6 s
    /// and its double it lies, and where. There, too, from the stream `fault.<index>.<kind>.once` at 0: in two cases of
    /// eight it strikes once the delivery is committed, in one while it is, in one once something is shown, where the
    /// kind can.
    func fault(seed: String, index: Int, feed: FeedSequence) -> SystemFault? {
        let stream = DrawStream(
            seed: seed, purpose: "fault.\(index).\(kind.rawValue)", source: TopicPartition("", 0))
        var draws = stream.draws(at: 0)
        guard draws.happens(probability), !feed.items.isEmpty else { return nil }
        let item = feed.items[Int(draws.below64(UInt64(feed.items.count)))]
        var delay = draws.within(delayUs)
        let length = kind == .pause ? draws.within(lengthUs) : 0
        if isStretched, draws.below64(4) == 0 {
            let from: Int64 = 50_000 << Int64(draws.below64(6))
            delay = draws.within(from...2 * from)
        }
        var fault = SystemFault(
            at: item.name, copy: item.copy, kind: kind, delayUs: delay, once: once,
            lengthUs: length)
        if isStretched, let moment = moment(seed: seed, index: index) {
            fault.once = moment
            fault.delayUs = 0
        }
        return fault
    }

    private func moment(seed: String, index: Int) -> SystemFault.Moment? {
        let stream = DrawStream(
            seed: seed, purpose: "fault.\(index).\(kind.rawValue).once",
            source: TopicPartition("", 0))
        var draws = stream.draws(at: 0)
        let moment: SystemFault.Moment
        switch draws.below(8) {
        case 0, 1: moment = .committed
        case 2: moment = .committing
        case 3: moment = .shown
        default: return nil
        }
        // Who joins or leaves does so while a batch is in flight, which is over behind its commit.
        guard kind != .join, kind != .leave else { return nil }
        return kind.moments.contains(moment) ? moment : nil
    }
}

extension Draws {
    /// Uniform over a range, both ends included.
    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below64(UInt64(range.upperBound - range.lowerBound) + 1))
    }
}
