import Configuration

/// How a handler keeps two messages about one entity from disturbing each other.
public enum Strategy: String, Hashable, Sendable, CaseIterable {
    /// Not at all: the later store wins.
    case naive
    /// The store is refused unless the version is the loaded one; then a retry.
    case optimistic
    /// The check and the change are one conditional update.
    case atomic
    /// Messages of a slot are handled one after the other; a key is always in the same slot.
    case partitioned
    /// A lease on the entity from load to store.
    case lock
    /// A lock in the store from load to store, which ends with its holder.
    case rowLock
    /// A mailbox for each entity.
    case actor
}

/// What strategies leave open.
public struct StrategySettings: Hashable, Sendable {
    /// Slots of `partitioned`; nil: as many as there are workers.
    public var slots: Int?
    public var lock = Lease()

    public struct Lease: Hashable, Sendable {
        public var term = Term(ttl: .seconds(30))
        public var clock = Clock.server
        public var fencing = Fencing.none
    }

    /// Whose clock says that a lease is over.
    public enum Clock: String, Hashable, Sendable, CaseIterable {
        /// That of the server that gives leases.
        case server
        /// The holder writes the end by its own clock, and who is first in line compares that with its own:
        /// a row with an `expires_at`.
        case nodes
    }

    /// For how long a lock is given.
    public struct Term: Hashable, Sendable {
        /// nil: for ever.
        public var ttl: Duration?
        /// How often its holder has it end `ttl` after that instant; less than `ttl`. nil: never.
        public var renewal: Duration?

        public init(ttl: Duration? = nil, renewal: Duration? = nil) {
            self.ttl = ttl
            self.renewal = renewal
        }
    }

    /// Where a store looks at the number that came with the lease.
    public enum Fencing: String, Hashable, Sendable, CaseIterable {
        case none
        /// The store learns it when the holder loads, and refuses any smaller one from then on.
        case load
        /// The store refuses one that is smaller than the greatest it has written.
        case store
    }

    public init() {}
}
