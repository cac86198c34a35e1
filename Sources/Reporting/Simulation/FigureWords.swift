import Simulation

extension Figure {
    /// At the head of a column.
    var column: String {
        switch self {
        case .goodput: "goodput/s"
        case .leftOver: "left over"
        case .latencyMean: "mean"
        case .latencyP50: "p50"
        case .latencyP95: "p95"
        case .latencyP99: "p99"
        case .latencyP999: "p99.9"
        case .endToEndMean: "end to end"
        case .endToEndP50: "end to end p50"
        case .endToEndP95: "end to end p95"
        case .endToEndP99: "end to end p99"
        case .endToEndP999: "end to end p99.9"
        case .attemptsPerCommit: "attempts"
        case .conflictShare: "conflicts"
        case .wastedShare: "wasted"
        case .deadLetterShare: "dead"
        case .staleShare: "stale"
        case .lostUpdates: "lost"
        case .repeatedEffects: "repeated"
        case .utilisation: "busy"
        case .attemptRate: "attempts/s"
        case .retriesPerCommit: "retries"
        case .mostAttempts: "at most"
        case .deadByConflictShare: "dead by conflict"
        case .poisonShare: "poison"
        case .storesAfterExpiry: "late stores"
        case .ownKeyWait: "own key"
        case .otherKeyWait: "other key"
        case .inLine: "in line"
        case .blockedShare: "blocked"
        case .slotWaitShare: "in slots"
        case .loadVariation: "load CV"
        default: rawValue
        }
    }

    /// In a sentence, and above a chart.
    var title: String {
        switch self {
        case .goodput: "goodput"
        case .leftOver: "left over"
        case .attemptRate: "attempts"
        case .retriesPerCommit: "retries per success"
        case .mostAttempts: "attempts of one message"
        case .deadByConflictShare: "dead letters by conflict"
        case .poisonShare: "poison"
        case .storesAfterExpiry: "stores after a lease's end"
        case .ownKeyWait: "waiting behind one's own key"
        case .otherKeyWait: "waiting behind another key"
        case .inLine: "messages in line"
        case .blockedShare: "waiting for locks"
        case .slotWaitShare: "workers waiting in slots"
        case .imbalance: "imbalance of workers"
        case .loadVariation: "variation of workers' loads"
        case .recovery: "recovery after a crash"
        case .latencyMean: "mean latency"
        case .latencyP50: "median of latency"
        case .latencyP95: "p95 of latency"
        case .latencyP99: "p99 of latency"
        case .latencyP999: "p99.9 of latency"
        case .endToEndMean: "mean from end to end"
        case .endToEndP50: "median from end to end"
        case .endToEndP95: "p95 from end to end"
        case .endToEndP99: "p99 from end to end"
        case .endToEndP999: "p99.9 from end to end"
        case .attemptsPerCommit: "attempts per commit"
        case .conflictShare: "conflicts"
        case .wastedShare: "wasted work"
        case .deadLetterShare: "dead letters"
        case .staleShare: "stale stores"
        case .lostUpdates: "lost updates"
        case .oversold: "oversell"
        case .repeatedEffects: "repeated effects"
        case .inversions: "messages out of order"
        case .overlaps: "overlapping holders"
        case .utilisation: "utilisation"
        }
    }

    /// What is counted, below the title of a chart.
    var explanation: String {
        switch self {
        case .goodput: "commits a second"
        case .leftOver: "of all messages, neither done nor dead at the end"
        case .latencyMean, .latencyP50, .latencyP95, .latencyP99, .latencyP999:
            "of each message, from first arrival to the last commit, retries included"
        case .endToEndMean, .endToEndP50, .endToEndP95, .endToEndP99, .endToEndP999:
            "from a source's message to the end of the last one that was published because of it"
        case .attemptsPerCommit: "runs of a handler for each that ended well"
        case .conflictShare: "of all attempts, refused by a version or a fencing token"
        case .wastedShare: "of workers' time, led to no commit"
        case .deadLetterShare: "of all messages"
        case .staleShare: "of all stores, over a version that was not the loaded one"
        case .lostUpdates: "accepted changes a run that are not in the final value"
        case .oversold: "units a run given out beyond what was there"
        case .repeatedEffects: "effects a run beyond a message's first"
        case .utilisation: "of workers' time, held by messages"
        case .attemptRate: "runs of a handler a second"
        case .retriesPerCommit: "runs of a handler beyond the first, for each that ended well"
        case .mostAttempts: "the most that any message took"
        case .deadByConflictShare: "of all messages, given up after a conflict"
        case .poisonShare: "of all messages, that fail whatever is done and were given up"
        case .ownKeyWait, .otherKeyWait:
            "at the head of the line, on average of those in line behind a partition, slot or key"
        case .inLine: "behind a partition, slot or key, on average over time"
        case .blockedShare, .slotWaitShare: "of workers' busy time"
        case .imbalance: "the greatest load of a worker over the mean one"
        case .loadVariation: "standard deviation over mean"
        case .recovery: "from a worker's death to the end of the message in its hands"
        default: "a run"
        }
    }

    /// A value with its unit.
    func shown(_ value: Double) -> String {
        switch unit {
        case .nanoseconds: Figures.time(value)
        case .share: Figures.share(value)
        case .perSecond: "\(Figures.number(value))/s"
        case .count: Figures.number(value)
        }
    }

    /// A value with its interval, `12.34 +-0.12 ms`; with the number of runs that have it where that is not all
    /// of them, and a dash where none has.
    func shown(_ estimate: Estimate) -> String {
        if estimate.count == 0 { return "-" }
        let runs = estimate.count < estimate.runs ? " (\(estimate.count) runs)" : ""
        return withInterval(estimate) + runs
    }

    private func withInterval(_ estimate: Estimate) -> String {
        guard let half = estimate.halfWidth, half > 0 else { return shown(estimate.mean) }
        let (size, suffix): (Double, String)
        switch unit {
        case .nanoseconds:
            let unit = Figures.unit(estimate.mean == 0 ? half : estimate.mean)
            (size, suffix) = (unit.size, " \(unit.name)")
        case .share: (size, suffix) = (0.01, "%")
        case .perSecond: (size, suffix) = (1, "/s")
        case .count: (size, suffix) = (1, "")
        }
        let (value, width) = Figures.interval(estimate.mean / size, half / size)
        return "\(value) +-\(width)\(suffix)"
    }

    /// The same with its sign.
    func signed(_ estimate: Estimate) -> String { (estimate.mean > 0 ? "+" : "") + shown(estimate) }
}

extension Sweep.Axis {
    func shown(_ position: Double) -> String {
        switch unit {
        case .seconds: Figures.time(position * 1e9)
        case .perSecond: "\(Figures.number(position))/s"
        case .percent: "\(Figures.number(position))%"
        case .number: Figures.number(position)
        }
    }
}

extension Array where Element == String {
    /// `a`, `a and b`, `a, b and c`.
    var inWords: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
