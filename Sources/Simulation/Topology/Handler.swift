import Configuration

/// Who works on the messages of a queue.
public struct Handler: Hashable, Sendable {
    public var name: String
    public var queue: String
    /// The word of the ``Preset`` whose defaults it has.
    public var preset: String?
    public var nodes = 1
    /// Of each node; nil: as many as there are messages.
    public var workers: Int? = 1
    public var order = Ordering.none
    /// nil: exclusive for a queue with partitions, competing for a shared one.
    public var assignment: Assignment?
    public var steps: [Step] = []
    public var retry = RetryPolicies()
    /// When a node takes no messages for a time, since too many failed; nil: never.
    public var breaker: CircuitBreaker?
    /// How long after a worker's death its message is delivered again.
    public var redelivery: Duration = .zero
    /// How nodes share out partitions, where they do.
    public var group = ConsumerGroup()
    /// A store that was sent takes effect although who sent it has died.
    public var storesLand = false
    /// Where a message waits whose turn has not come.
    public var admission = Admission.shared
    /// nil: a message stays with the broker until a worker is free.
    public var prefetch: Prefetch?
    /// nil: every message is acknowledged by itself.
    public var commit: PositionCommit?

    /// What is handled one after the other.
    public enum Ordering: Hashable, Sendable {
        /// Nothing: any free worker takes the next message.
        case none
        /// Messages of one partition.
        case partition
        /// Messages of one slot of so many; a key's hash chooses its slot.
        case slot(Int)
        /// Messages of one key.
        case key
    }

    /// Which node works on what.
    public enum Assignment: String, Hashable, Sendable, CaseIterable {
        /// Every worker takes anything.
        case competing
        /// Partitions, slots or keys belong to one node each.
        case exclusive
        /// As exclusive, by nodes that join, leave and die: a rebalance stops all of them.
        case eager
        /// The same: a rebalance stops only the partitions that move.
        case cooperative
    }
}

/// Something that handlers call, with a process of its own for every request.
public struct Service: Hashable, Sendable {
    public var name: String
    public var steps: [Step] = []
}

/// One thing that a handler or a service does.
public enum Step: Hashable, Sendable {
    /// Work that touches nothing shared.
    case think(DurationDistribution, drawn: Drawn)
    /// Work that takes as long for every KiB of the message.
    case thinkBySize(perKiB: DurationDistribution)
    /// Reads value and version of the message's entity.
    case load(store: String)
    /// Ends the attempt well, without effect, where the loaded value is below this.
    case check(atLeast: Int64)
    /// Adds to the loaded value.
    case change(Int64)
    /// Writes the entity, in the way of the strategy unless said otherwise.
    case store(store: String, StoreMode)
    /// Fails with this probability.
    case fail(Ratio)
    /// Carries out an effect outside of the stores; `once` names an inbox that is written with it, as
    /// one transaction under a unique key.
    case effect(name: String, once: String?)
    /// Waits for the reply of a service.
    case call(Call)
    /// Ends the attempt well, without effect, where the inbox knows the message.
    case lookUp(inbox: String)
    /// Makes the message known to the inbox.
    case note(inbox: String)
    /// Takes the lock of the message's entity, waiting in line for it.
    case acquire(lock: String, StrategySettings.Term)
    case release(lock: String)
    /// Sends a message about the same entity to a queue.
    case publish(queue: String, Publishing = Publishing())
    /// Commits the position behind the message.
    case commit(takes: DurationDistribution)

    /// How often a time is drawn.
    public enum Drawn: String, Hashable, Sendable, CaseIterable {
        case perAttempt
        /// Once: every attempt takes as long as the first.
        case perMessage
    }

    public enum StoreMode: String, Hashable, Sendable, CaseIterable {
        /// As the strategy does.
        case strategy
        /// The loaded value with its change, whatever happened in between.
        case value
        /// The change, applied to the value as it is now.
        case delta
        /// The loaded value with its change, refused unless its version is still the loaded one.
        case versioned
        /// The change, refused where the value as it is now fails the check.
        case conditional
    }

    public struct Call: Hashable, Sendable {
        public var service: String
        /// nil: waits for ever.
        public var timeout: Duration?
        public var lostRequests: Ratio = .zero
        public var lostReplies: Ratio = .zero
    }
}
