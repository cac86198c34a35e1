/// What one handler of a topology came to under one strategy, over all seeds.
public struct HandlerSide: Sendable {
    public let name: String
    /// Of ``Figure/ofHandlers``, one value of each seed.
    public let values: [Figure: [Double?]]

    public func estimate(_ figure: Figure) -> Estimate { Estimate(values[figure] ?? []) }

    static func all(_ outcomes: [RunOutcome]) -> [HandlerSide] {
        guard let first = outcomes.first else { return [] }
        return first.handlers.indices.map { handler in
            var values: [Figure: [Double?]] = [:]
            for (index, figure) in Figure.ofHandlers.enumerated() {
                values[figure] = outcomes.map { $0.handlers[handler].values[index] }
            }
            return HandlerSide(name: first.handlers[handler].name, values: values)
        }
    }
}

extension Figure {
    /// Those that there are of each handler.
    public static let ofHandlers: [Figure] = [
        .goodput, .attemptRate, .latencyMean, .latencyP50, .latencyP95, .latencyP99, .latencyP999,
        .attemptsPerCommit, .conflictShare, .deadLetterShare, .utilisation,
    ]

    /// Its value for one handler in one run; nil for what it has none of (utilisation without a number of
    /// workers, latencies where nothing ended).
    func value(_ handler: HandlerResult) -> Double? {
        let counts = handler.counts
        switch self {
        case .goodput: return handler.goodput
        case .attemptRate: return handler.attemptRate
        case .latencyMean: return handler.latency.meanIfAny
        case .latencyP50: return handler.histogram.quantile(0.5)
        case .latencyP95: return handler.histogram.quantile(0.95)
        case .latencyP99: return handler.histogram.quantile(0.99)
        case .latencyP999: return handler.histogram.quantile(0.999)
        case .attemptsPerCommit:
            return counts.commits > 0 ? Double(counts.attempts) / Double(counts.commits) : nil
        case .conflictShare:
            return counts.attempts > 0 ? Double(counts.conflicts) / Double(counts.attempts) : nil
        case .deadLetterShare: return handler.deadLetterShare
        case .utilisation: return handler.utilisation
        default: return nil
        }
    }
}
