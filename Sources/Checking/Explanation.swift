/// Why something is an anomaly, in words: who did what, and why no serial order explains it.
public struct Explanation: Sendable {
    private let history: History
    private let object: @Sendable (Int) -> String
    private let transaction: @Sendable (Int) -> String

    /// - Parameters:
    ///   - object: what an object's number stands for.
    ///   - transaction: what the transaction of that number is called.
    public init(
        _ history: History, object: @escaping @Sendable (Int) -> String,
        transaction: @escaping @Sendable (Int) -> String
    ) {
        self.history = history
        self.object = object
        self.transaction = transaction
    }

    /// A sentence for each step, and one for what they come to.
    public func sentences(_ anomaly: Anomaly) -> [String] {
        let steps =
            anomaly.edges.isEmpty
            ? events(anomaly) : anomaly.edges.map { edge($0, anomaly.kind) }
        return steps + [conclusion(anomaly)]
    }

    private func name(_ number: Int) -> String { transaction(number) }

    private func edge(_ edge: Dependency, _ kind: Anomaly.Kind) -> String {
        let (from, to) = (name(edge.from), name(edge.to))
        let (first, second) = (history.events[edge.first], history.events[edge.second])
        let what = object(edge.object)
        switch edge.kind {
        case .ww:
            return "\(to) wrote version \(second.version) of \(what), the next after version "
                + "\(first.version) of \(from) (ww)."
        case .wr:
            return "\(to) read version \(second.version) of \(what), which \(from) wrote (wr)."
        case .rw:
            return
                "\(from) read version \(first.version) of \(what), and \(to) wrote the next one, "
                + "version \(second.version) (rw)."
        }
    }

    private func events(_ anomaly: Anomaly) -> [String] {
        guard !anomaly.events.isEmpty else {
            return zip(anomaly.transactions, ["", ", which had come before it,"]).map {
                number, which in
                let time = history.transactions[number].endedNs ?? 0
                return "\(name(number))\(which) was done at \(Timeline.seconds(time)) s."
            }
        }
        return anomaly.events.map { index in
            let event = history.events[index]
            let when = "at \(Timeline.seconds(event.timeNs)) s"
            let (who, what) = (name(event.transaction), object(event.object))
            switch event.kind {
            case .read: return "\(who) read version \(event.version) of \(what) \(when)."
            case .write: return "\(who) wrote version \(event.version) of \(what) \(when)."
            case .effect: return "\(who) carried out \(what) \(when)."
            case .acquire: return "\(who) got \(what), token \(event.version), \(when)."
            case .release: return "\(who) gave \(what) back \(when)."
            case .expire: return "The lease of \(who) on \(what) ended \(when)."
            }
        }
    }

    private func conclusion(_ anomaly: Anomaly) -> String {
        switch anomaly.kind {
        case .g0: "Each overwrote the other: their writes are mixed (G0)."
        case .g1a: "It never was: its writer failed (G1a)."
        case .g1b: "Its writer was not done with it: a half of its work was seen (G1b)."
        case .g1c: "Each depends on what the other did: neither can have been first (G1c)."
        case .lostUpdate:
            "What \(name(anomaly.transactions.last ?? 0)) wrote last was overwritten by a value that "
                + "does not know it: a lost update (G-single)."
        case .gSingle:
            "It saw a state from before and one from after the same thing: neither order explains both "
                + "(G-single)."
        case .g2Item:
            "Each acted on what another one changed, without having seen it: whoever was first, a later "
                + "one should have seen it (G2-item)."
        case .dirtyRead: "Its writer had not ended: it might still have failed."
        case .staleRead: "What it acted on was no longer so."
        case .oversell: "With it more was given out than there was."
        case .duplicateEffect: "Both are for one message."
        case .orderInversion: "Its turn was first."
        case .overlappingHolders: "Both were inside at a time."
        case .writeAfterExpiry: "It wrote without the lock, and did not know."
        }
    }
}
