/// What happened, counted. Of messages that came before the warm-up's end, and of those that are measured.
public struct Counts: Hashable, Sendable {
    /// Messages that arrived, repeats not counted.
    public internal(set) var messages = 0
    /// Messages that came once more.
    public internal(set) var copies = 0
    /// Left out by the plan of a perturbed topic.
    public internal(set) var dropped = 0
    /// Turned away by a full queue.
    public internal(set) var refused = 0
    /// Deliveries to a worker.
    public internal(set) var deliveries = 0
    /// Runs of a handler that began.
    public internal(set) var attempts = 0
    /// Attempts that ended well.
    public internal(set) var commits = 0
    /// Of these: ended by a check, without effect.
    public internal(set) var rejected = 0
    /// Of these: known to an inbox, without effect.
    public internal(set) var duplicates = 0
    public internal(set) var conflicts = 0
    public internal(set) var timeouts = 0
    public internal(set) var faults = 0
    /// Attempts that ended well after their delivery had timed out, and were not counted for that.
    public internal(set) var lateAcks = 0
    /// Work that began on messages held ahead whose delivery was over by then.
    public internal(set) var lateStarts = 0
    /// Attempts that ended with their worker.
    public internal(set) var killed = 0
    /// Attempts of a message that was done meanwhile.
    public internal(set) var stray = 0
    /// Consumers of partitions that died, and messages carried out and not committed by then, each counted
    /// with the crash.
    public internal(set) var crashes = 0
    public internal(set) var replayed = 0
    /// Messages that were committed and never carried out.
    public internal(set) var lost = 0
    /// Commits of a position.
    public internal(set) var positionCommits = 0
    /// Rebalances of groups that began, and partitions taken away by them.
    public internal(set) var rebalances = 0
    public internal(set) var revocations = 0
    public internal(set) var firstAttempts = 0
    public internal(set) var firstConflicts = 0
    /// Messages done: committed, dead letters by the kind of the last failure (those apart that no attempt
    /// could have handled), discarded.
    public internal(set) var done = 0
    public internal(set) var deadByConflict = 0
    public internal(set) var deadByTimeout = 0
    public internal(set) var deadByFault = 0
    public internal(set) var deadByPoison = 0
    public internal(set) var deadByDeliveries = 0
    public internal(set) var discarded = 0
    /// Messages that went to a dead-letter queue, and those that were moved back from there, each time counted.
    public internal(set) var deadLettered = 0
    public internal(set) var redriven = 0
    /// Stores that were accepted, and those of them whose version was no longer the loaded one.
    public internal(set) var stores = 0
    public internal(set) var staleStores = 0
    /// Stores that overwrote a version which they had not seen, losing it: Adya's lost updates.
    public internal(set) var overwrites = 0
    /// Stores that took off an entity what it no longer had.
    public internal(set) var oversells = 0
    /// Stores that changed something for a message for which another attempt had done so.
    public internal(set) var repeatedStores = 0
    /// Stores refused for a smaller fencing token.
    public internal(set) var fenced = 0
    /// Writes by holders whose lease was over, accepted or not; and of all under a lock.
    public internal(set) var storesUnderLock = 0
    public internal(set) var storesAfterExpiry = 0
    /// Locks given out, and those given out while another process was still inside.
    public internal(set) var grants = 0
    public internal(set) var overlaps = 0
    /// How often a circuit breaker kept a node from taking messages.
    public internal(set) var circuitOpenings = 0
    /// Leases that ended by time, their holder being still at work.
    public internal(set) var expiries = 0
    /// Pauses that struck a worker with a message.
    public internal(set) var pauses = 0
    public internal(set) var effects = 0
    /// Effects and publications of a message that another attempt had carried out.
    public internal(set) var repeatedEffects = 0
    private var byEffects = SIMD8(repeating: 0)
    /// Messages of a key that were done before an earlier one.
    public internal(set) var inversions = 0

    /// Messages by the number of their effects: 0, 1, 2, 3, 4 and more.
    public var messagesByEffects: [Int] { (0...4).map { byEffects[$0] } }

    /// Counts a message that is over.
    @inline(__always)
    mutating func add(effects: Int32) { byEffects[Int(min(4, effects))] &+= 1 }

    /// Dead letters of every kind.
    public var deadLetters: Int {
        deadByConflict + deadByTimeout + deadByFault + deadByPoison + deadByDeliveries
    }
    /// Attempts that ended without commit, as failures do.
    public var failures: Int { conflicts + timeouts + faults }
}
