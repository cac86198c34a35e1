/// What one run of one seed came to. Times in nanoseconds.
public struct RunResult: Sendable {
    public let strategy: Strategy
    public let seed: String
    public internal(set) var fingerprint = Fingerprint()
    public internal(set) var events: UInt64 = 0
    /// When the last message and the last worker were done, or when the run was stopped.
    public internal(set) var endNs: Int64 = 0
    /// From here on messages are measured.
    public internal(set) var measuredFromNs: Int64 = 0
    /// How that was found.
    public internal(set) var cut = WarmUpCut.share
    /// Messages before the warm-up's end.
    public internal(set) var warmUp = Counts()
    public internal(set) var measured = Counts()
    /// From first arrival to the end of measured messages: how many, their sum, and sum of squares.
    public internal(set) var sojourn = Tally()
    public internal(set) var histogram = Histogram()
    /// From the arrival of a source's message to the end of the last message that handlers published because of it;
    /// where nothing is published the same as ``sojourn``.
    public internal(set) var endToEnd = Tally()
    public internal(set) var endToEndHistogram = Histogram()
    /// Of each handler, in the topology's order.
    public internal(set) var handlers: [HandlerResult] = []
    /// Measured time between becoming ready and a worker's taking it, one for each delivery.
    public internal(set) var wait = Tally()
    /// How long each attempt took that ended, of measured messages.
    public internal(set) var service = Tally()
    /// How long workers were held by messages, cooldowns included; all messages.
    public internal(set) var busyNs = Int128(0)
    /// Of these: for attempts that came to nothing, and for cooldowns.
    public internal(set) var wastedNs = Int128(0)
    /// Of these: for attempts that were under way at the end, which may come to something.
    public internal(set) var undecidedNs = Int128(0)
    /// Attempts at measured messages that were under way at the end. All others have an end of their own in
    /// ``measured``: attempts = commits + failures + lateAcks + killed + stray + these.
    public internal(set) var underWay = 0
    /// Measured messages that were neither done nor dead at the end, so that they are in no latency, and for how
    /// long the oldest had been there.
    public internal(set) var unended = 0
    public internal(set) var oldestNs: Int64 = 0
    /// For how long each worker was held by messages, of handlers that have a number of them.
    public internal(set) var load = Tally()
    /// Of deliveries that stood in line behind a partition, slot or key: for how long the one in front was about
    /// the same key, and about another one.
    public internal(set) var ownKeyWait = Tally()
    public internal(set) var otherKeyWait = Tally()
    /// Time in such lines, all messages; time in line for locks, all workers.
    public internal(set) var laneWaitNs = Int128(0)
    public internal(set) var blockedNs = Int128(0)
    /// From the death of a worker to the end of the message that it had in its hands.
    public internal(set) var recovery = Tally()
    /// Messages done as repeats of attempts that carried nothing out, judged for
    /// ``Invariant/allHandledOrDead`` alone.
    var neverCarriedOut = 0
    /// What handlers published into queues that were full.
    var refusedPublished = 0
    /// Of busy time: for messages that waited in a worker's hands for their slot.
    public internal(set) var slotWaitNs = Int128(0)
    /// How many workers there are; 0: as many as there are messages.
    public internal(set) var workers = 0
    /// Messages in the system, integrated over time: all of the run, up to the first measured arrival,
    /// up to the last arrival.
    public internal(set) var presentNs = Int128(0)
    public internal(set) var presentAtStartNs = Int128(0)
    public internal(set) var presentAtLastNs = Int128(0)
    public internal(set) var lastArrivalNs: Int64 = 0
    /// Sum over all messages of (end - arrival), those under way at the end counted up to it.
    public internal(set) var sojournOfAllNs = Int128(0)
    public internal(set) var stores: [StoreResult] = []
    /// Greatest number of messages and processes at a time.
    public internal(set) var mostMessages = 0
    public internal(set) var mostProcesses = 0
    /// How often a message was looked at because its partition moved or went back to its position.
    var placed = 0
    /// Messages neither done nor dead at the end.
    public internal(set) var leftOver = 0
    /// Of these: in a dead-letter queue, to be moved back.
    public internal(set) var parked = 0
    /// It was ended since nothing more came of it: it would go on for ever.
    public internal(set) var standstill: Standstill?
    public var standsStill: Bool { standstill != nil }
    /// Faults that struck 10,000 times with nothing done in between, and then no more, so that times and rates are those of
    /// a run that stood still for most of it.
    public internal(set) var faultsInVain = 0
    /// The first one; who is in it stays there.
    public internal(set) var deadlock: Deadlock?
    public internal(set) var mostAttempts = 0
    public internal(set) var broken: [Violation] = []

    init(strategy: Strategy, seed: String) {
        self.strategy = strategy
        self.seed = seed
    }

    /// A store at the end of a run.
    public struct StoreResult: Hashable, Sendable {
        public internal(set) var name: String
        /// The sum over all entities of what they had at first, of accepted changes, and of what they have.
        public internal(set) var initial: Int64 = 0
        public internal(set) var accepted: Int64 = 0
        public internal(set) var final: Int64 = 0
        /// Accepted changes that are not in the final values.
        public internal(set) var lost: Int64 = 0
        /// What entities gave out beyond what they had.
        public internal(set) var oversold: Int64 = 0
    }

    /// Of the warm-up and of what is measured.
    public func total(_ count: KeyPath<Counts, Int>) -> Int {
        warmUp[keyPath: count] + measured[keyPath: count]
    }

    /// The time over which measured messages were handled.
    public var measuredNs: Int64 { endNs - measuredFromNs }

    /// Measured commits a second.
    public var goodput: Double {
        measuredNs > 0 ? Double(measured.commits) / Double(measuredNs) * 1e9 : 0
    }

    /// Attempts a second, of measured messages.
    public var attemptRate: Double {
        measuredNs > 0 ? Double(measured.attempts) / Double(measuredNs) * 1e9 : 0
    }

    /// The greatest load of a worker over the mean one; 1: all were held alike. 0: none was.
    public var imbalance: Double { load.mean > 0 ? Double(load.greatest) / load.mean : 0 }

    /// The coefficient of variation of the workers' loads.
    public var loadVariation: Double { load.mean > 0 ? load.standardDeviation / load.mean : 0 }

    /// The mean number of messages that wait for their turn behind a partition, slot or key, over the run.
    public var meanInLine: Double { endNs > 0 ? Double(laneWaitNs) / Double(endNs) : 0 }

    /// The share of workers' busy time in which they held a message that waited for its slot.
    public var slotWaitShare: Double { busyNs > 0 ? Double(slotWaitNs) / Double(busyNs) : 0 }

    /// The share of workers' busy time that they spent in line for a lock.
    public var blockedShare: Double { busyNs > 0 ? Double(blockedNs) / Double(busyNs) : 0 }

    /// The mean number of messages in the system between the first measured and the last arrival; where all come
    /// at once, up to the end.
    public var meanPresent: Double {
        let time = lastArrivalNs - measuredFromNs
        if time > 0 { return Double(presentAtLastNs - presentAtStartNs) / Double(time) }
        return measuredNs > 0 ? Double(presentNs - presentAtStartNs) / Double(measuredNs) : 0
    }

    /// Messages, repeats counted, that were neither done nor dead at the end, of all that came.
    public var leftOverShare: Double {
        let all = total(\.messages) + total(\.copies)
        return all > 0 ? min(1, Double(leftOver) / Double(all)) : 0
    }

    /// The share of time for which workers were held, of handlers that have a number of them; 0 where none has.
    public var utilisation: Double {
        let whole = Double(endNs) * Double(workers)
        return whole > 0 ? Double(load.sum) / whole : 0
    }

    public var lostUpdates: Int64 { stores.reduce(0) { $0 + $1.lost } }
    public var oversold: Int64 { stores.reduce(0) { $0 + $1.oversold } }
}

/// Numbers added up: how many, their sum, and the sum of their squares.
public struct Tally: Hashable, Sendable {
    public private(set) var count = 0
    public private(set) var sum = Int128(0)
    private var squares = 0.0
    public private(set) var least = Int64.max
    public private(set) var greatest: Int64 = 0

    @inline(__always)
    mutating func add(_ value: Int64) {
        count &+= 1
        sum &+= Int128(value)
        squares += Double(value) * Double(value)
        least = min(least, value)
        greatest = max(greatest, value)
    }

    public var mean: Double { meanIfAny ?? 0 }

    var meanIfAny: Double? { count > 0 ? Double(sum) / Double(count) : nil }

    /// With n in the denominator.
    public var standardDeviation: Double {
        guard count > 0 else { return 0 }
        return max(0, squares / Double(count) - mean * mean).squareRoot()
    }
}
