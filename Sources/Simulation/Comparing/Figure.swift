/// One thing that strategies are compared by.
public enum Figure: String, Hashable, Sendable, CaseIterable {
    case goodput
    case leftOver
    case attemptRate
    case latencyMean
    case latencyP50
    case latencyP95
    case latencyP99
    case latencyP999
    case endToEndMean
    case endToEndP50
    case endToEndP95
    case endToEndP99
    case endToEndP999
    case attemptsPerCommit
    case retriesPerCommit
    case mostAttempts
    case conflictShare
    case wastedShare
    case deadLetterShare
    case deadByConflictShare
    case poisonShare
    case staleShare
    case lostUpdates
    case oversold
    case repeatedEffects
    case inversions
    case overlaps
    case storesAfterExpiry
    case ownKeyWait
    case otherKeyWait
    case inLine
    case blockedShare
    case slotWaitShare
    case utilisation
    case imbalance
    case loadVariation
    case recovery

    /// Whether more of it is better; nil: neither.
    public var wantsMore: Bool? {
        switch self {
        case .goodput: true
        case .utilisation, .attemptRate: nil
        default: false
        }
    }

    /// What its values are measured in.
    public var unit: Unit {
        switch self {
        case .latencyMean, .latencyP50, .latencyP95, .latencyP99, .latencyP999, .endToEndMean,
            .endToEndP50, .endToEndP95, .endToEndP99, .endToEndP999, .ownKeyWait, .otherKeyWait,
            .recovery:
            .nanoseconds
        case .conflictShare, .wastedShare, .deadLetterShare, .deadByConflictShare, .poisonShare,
            .staleShare, .blockedShare, .slotWaitShare, .utilisation, .leftOver:
            .share
        case .goodput, .attemptRate: .perSecond
        case .attemptsPerCommit, .retriesPerCommit, .mostAttempts, .lostUpdates, .oversold,
            .repeatedEffects, .inversions, .overlaps, .storesAfterExpiry, .inLine, .imbalance,
            .loadVariation:
            .count
        }
    }

    public enum Unit: Hashable, Sendable {
        case nanoseconds, share, perSecond, count
    }

    /// Its value in one run; latencies in nanoseconds. Nil where the run has none: no latency where nothing
    /// was done, no recovery where nothing crashed.
    public func value(_ result: RunResult) -> Double? {
        let counts = result.measured
        let all = counts.messages + counts.copies
        func share(_ part: Int, _ whole: Int) -> Double? {
            whole > 0 ? Double(part) / Double(whole) : nil
        }
        switch self {
        case .goodput: return result.goodput
        case .leftOver: return result.leftOverShare
        case .attemptRate: return result.attemptRate
        case .latencyMean: return result.sojourn.meanIfAny
        case .latencyP50: return result.histogram.quantile(0.5)
        case .latencyP95: return result.histogram.quantile(0.95)
        case .latencyP99: return result.histogram.quantile(0.99)
        case .latencyP999: return result.histogram.quantile(0.999)
        case .endToEndMean: return result.endToEnd.meanIfAny
        case .endToEndP50: return result.endToEndHistogram.quantile(0.5)
        case .endToEndP95: return result.endToEndHistogram.quantile(0.95)
        case .endToEndP99: return result.endToEndHistogram.quantile(0.99)
        case .endToEndP999: return result.endToEndHistogram.quantile(0.999)
        case .attemptsPerCommit: return share(counts.attempts, counts.commits)
        case .retriesPerCommit: return share(counts.attempts - counts.commits, counts.commits)
        case .mostAttempts: return Double(result.mostAttempts)
        case .conflictShare: return share(counts.conflicts, counts.attempts)
        case .wastedShare:
            return result.busyNs > 0 ? Double(result.wastedNs) / Double(result.busyNs) : nil
        case .deadLetterShare: return share(counts.deadLetters, all)
        case .deadByConflictShare: return share(counts.deadByConflict, all)
        case .poisonShare:
            return share(counts.deadByPoison, all)
        case .staleShare: return share(counts.staleStores, counts.stores)
        case .lostUpdates: return Double(result.lostUpdates)
        case .oversold: return Double(result.oversold)
        case .repeatedEffects:
            return Double(counts.repeatedEffects + counts.repeatedStores)
        case .inversions: return Double(counts.inversions)
        case .overlaps: return Double(counts.overlaps)
        case .storesAfterExpiry: return Double(counts.storesAfterExpiry)
        case .ownKeyWait: return result.ownKeyWait.mean
        case .otherKeyWait: return result.otherKeyWait.mean
        case .inLine: return result.meanInLine
        case .blockedShare: return result.blockedShare
        case .slotWaitShare: return result.slotWaitShare
        case .utilisation: return result.utilisation
        case .imbalance: return result.imbalance
        case .loadVariation: return result.loadVariation
        case .recovery: return result.recovery.meanIfAny
        }
    }
}
