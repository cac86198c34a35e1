import Simulation

extension Figure {
    /// From end to end, over all messages that were published because of one.
    static let endToEnd: [Figure] = [
        .endToEndMean, .endToEndP50, .endToEndP95, .endToEndP99, .endToEndP999,
    ]
}

extension Comparison {
    /// Whether messages lead to others, so that latency from end to end is not that of each message.
    var hasChains: Bool {
        sides.contains { side in
            side.values[.endToEndMean] != side.values[.latencyMean]
                || side.values[.endToEndP50] != side.values[.latencyP50]
        }
    }

    /// Whether a figure says anything: it is not 0 for all, and no other one says the same.
    func says(_ figure: Figure) -> Bool {
        if Figure.endToEnd.contains(figure) && !hasChains { return false }
        return sides.contains { $0.estimate(figure).mean != 0 }
    }
}

extension Study {
    var hasChains: Bool { points.contains { $0.comparison.hasChains } }

    /// The tail that a verdict is about: from first arrival to the last commit of all that came of it.
    var tail: Figure { hasChains ? .endToEndP99 : .latencyP99 }

    /// What latencies are of, where there are two kinds; nil: of messages, and nothing else.
    var chainNote: String? {
        hasChains
            ? "Latency is that of each message by itself; from end to end is from a source's message to the end of "
                + "the last one that handlers published because of it. Goodput counts a published message as one more."
            : nil
    }
}
