/// What one handler of a run came to: what happened at its queue and in its workers' hands. Measured messages, except
/// for the workers' time, which is of the whole run.
public struct HandlerResult: Sendable {
    public let name: String
    public let queue: String
    public internal(set) var counts = Tallies()
    /// From a message's arrival or publication to its end here: how many, their sum; and how they are spread.
    public internal(set) var latency = Tally()
    public internal(set) var histogram = Histogram()
    /// How many workers it has on all nodes; 0: as many as there are messages.
    public internal(set) var workers = 0
    public internal(set) var busyNs = Int128(0)
    public internal(set) var endNs: Int64 = 0
    public internal(set) var measuredNs: Int64 = 0

    /// What happened, counted.
    public struct Tallies: Hashable, Sendable, BitwiseCopyable {
        public internal(set) var attempts = 0
        public internal(set) var commits = 0
        public internal(set) var conflicts = 0
        public internal(set) var timeouts = 0
        public internal(set) var faults = 0
        /// Messages that it gave up on; where it is one of several handlers, those included that went to a dead-letter
        /// queue.
        public internal(set) var deadLetters = 0
        public internal(set) var discarded = 0
    }

    init(name: String, queue: String) { (self.name, self.queue) = (name, queue) }

    /// Measured commits a second.
    public var goodput: Double {
        measuredNs > 0 ? Double(counts.commits) / Double(measuredNs) * 1e9 : 0
    }

    /// Attempts a second, at measured messages.
    public var attemptRate: Double {
        measuredNs > 0 ? Double(counts.attempts) / Double(measuredNs) * 1e9 : 0
    }

    /// Of the messages that ended here or were given up.
    public var deadLetterShare: Double {
        let all = counts.commits + counts.deadLetters + counts.discarded
        return all > 0 ? Double(counts.deadLetters) / Double(all) : 0
    }

    /// The share of time for which its workers were held; nil where their number has no limit.
    public var utilisation: Double? {
        let whole = Double(endNs) * Double(workers)
        return whole > 0 ? Double(busyNs) / whole : nil
    }
}
