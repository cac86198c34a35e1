/// Why a run that would go on for ever was ended.
public enum Standstill: String, Sendable {
    /// Delivery after delivery was over before the work on it was done.
    case deliveriesTooLate
    /// Attempt after attempt failed, and nothing else was left to do.
    case everyAttemptFails
    /// Positions are committed and leases renewed, and nothing else will happen any more.
    case nothingWillCome
    /// Virtual time has no more than 73 years, and what would have come later came at its end.
    case timeIsOver

    /// What happens, in words.
    public var words: String {
        switch self {
        case .deliveriesTooLate: "every delivery is over before the work on it is done"
        case .everyAttemptFails: "every attempt fails and is made again, without end"
        case .nothingWillCome:
            "workers wait for what will not come, a lock that nobody gives back or locks in a circle"
        case .timeIsOver: "virtual time is over, after 73 years"
        }
    }

    /// What ends it.
    public var remedy: String {
        switch self {
        case .deliveriesTooLate:
            "hold fewer messages (prefetch) or hold them longer (visibility)"
        case .everyAttemptFails: "let retries end, as dead letters, say, or write run: {time: 30m}"
        case .nothingWillCome:
            "let locks end (ttl), renew none while waiting for another, or take them in one order"
        case .timeIsOver: "make messages faster, or fewer"
        }
    }
}

/// Workers that wait for each other's locks, none of which is a lease, so that they wait for ever.
public struct Deadlock: Hashable, Sendable {
    /// When the circle closed, in virtual time.
    public let timeNs: Int64
    /// The message whose worker closed it.
    public let message: Int64

    /// The deadlock in words.
    public var words: String {
        "workers wait for each other's locks in a circle, which message "
            + "\(SiteNames.short(message)) closed"
    }
}
