/// Something that takes part in time: a worker, a source, a timer. Resumed by events, blocked in between.
struct Process: BitwiseCopyable {
    enum Kind: UInt8 {
        /// Handles messages, one at a time.
        case worker
        /// Answers one call.
        case server
        case source
        /// Puts a message back into its queue.
        case delayed
        /// Ends what a fault did to a node.
        case relief
        /// Has a message delivered again whose worker is out of reach.
        case suspicion
        /// Ends the time that a delivery has.
        case visibility
        /// Renews a lease, and ends it.
        case lease
        /// Strikes again and again.
        case fault
        /// A message that comes once more.
        case copy
        /// Sends a message, waits until it is done, thinks.
        case client
        /// What is done at a time: ``Chore``.
        case chore
    }

    enum State: UInt8 {
        case idle
        /// At its next operation, or asleep in front of it.
        case running
        /// Waits before the same message is tried again.
        case cooling
        /// Waits in line for a lock.
        case blocked
        /// Waits for a reply.
        case calling
        /// Waits for the broker or a store that it cannot reach, at an operation that is begun again then.
        case stranded
        /// Waits for the broker, to which it cannot give back the message that failed.
        case failing
        /// Holds a message and waits for its slot.
        case queued
        /// Stands still without a message, and takes none.
        case standing
        case dead

        /// An attempt is under way: it has begun, and neither ended well nor failed.
        var isAttempt: Bool {
            switch self {
            case .running, .blocked, .calling, .stranded: true
            case .idle, .cooling, .failing, .queued, .standing, .dead: false
            }
        }
    }

    var kind = Kind.worker
    var state = State.idle
    /// The attempt was told that its caller has gone, or its delivery timed out.
    var replyIsLost = false
    var isVictim = false
    /// Tries whether messages may pass again (``Breaker``).
    /// Its attempt ends as a repeat.
    var isRepeat = false
    var isProbe = false
    /// Of a failing one: why its attempt failed (``FailureKind``); of a stranded one: not 0 where it gives
    /// up rather than tries again.
    var failure: UInt8 = 0
    var unit: Int32 = 0
    /// The number of the event that resumes it; 0: none does.
    var awaited: UInt64 = 0
    /// When that is due.
    var due: Int64 = 0
    var counter: Int32 = 0
    var message: Int32 = -1
    var group: Int32 = 0
    /// Its handler's node, among all nodes of all handlers; -1: of none.
    var node: Int32 = -1
    /// The next one in a list of idle workers or of those in line for a lock.
    var next: Int32 = -1
    /// The timer of its delivery.
    var timer: Int32 = -1
    /// The lock that it holds or waits for: row of `locks`.
    var lock: Int32 = -1
    var caller: Int32 = -1
    /// Which call of the caller this answers; which delivery this is.
    var receipt: Int32 = 0
    /// Calls that it made so far.
    var calls: Int32 = 0
    /// For keyed draws: 0 for a message's first attempt.
    var attempt: Int32 = 0
    /// The operation that took its lock, or waits for it.
    var acquired: Int32 = -1
    /// Until when it stands still.
    var pausedUntil: Int64 = 0
    /// Since when it is at its attempt; of a lease: when it is renewed next.
    var began: Int64 = 0
    /// Since when it is busy with its message; of a lease: when it is over (by its holder's clock, where nodes
    /// judge).
    var taken: Int64 = 0
    var token: Int64 = 0
    var change: Int64 = 0
    /// Since when it waits for a lock.
    var blocked: Int64 = 0
}

/// A message from its arrival to the end of the last thing that knows it.
struct Message: BitwiseCopyable {
    /// What the attempts at a copy are counted from, so that it has draws of its own.
    static let copies: Int32 = 1 << 20

    /// Unique: the source's index and the number within it; of a published one made of its parent's.
    var number: Int64 = 0
    var isPublished: Bool { number >> 62 != 0 }
    var arrived: Int64 = 0
    /// Its place in the order of arrival of all messages; a copy has that of its first.
    var sequence: Int64 = 0
    /// Which effects, stores and publications an attempt at it has carried out: a bit for each step.
    var deeds: UInt64 = 0
    /// Since when it waits in its queue.
    var ready: Int64 = 0
    /// Its place in the order of its queue.
    var order: Int64 = 0
    var key: Int32 = 0
    var lane: Int32 = -1
    var queue: Int32 = 0
    var group: Int32 = 0
    var next: Int32 = -1
    /// Attempts begun.
    var attempts: Int32 = 0
    /// Attempts that failed, for the retry policy.
    var failures: Int32 = 0
    var deliveries: Int32 = 0
    /// Those of them that were counted in the memory of somebody who died.
    var forgiven: Int32 = 0
    /// How many processes, lists and timers know it.
    var references: Int32 = 0
    /// Of a copy: the message that came first; else itself.
    var origin: Int32 = -1
    var effects: Int32 = 0
    /// Who waits for its outcome; -1: nobody.
    var client: Int32 = -1
    var bytes: Int32 = 0
    /// What it was published of (``Chain``); -1: of nothing.
    var chain: Int32 = -1
    var stamp: Int32 = 0
    var isMeasured = false
    /// Since when it stands in line behind its lane, and how long lanes had been held for its key before.
    var inLine: Int64 = 0
    var keyTime: Int64 = 0
    /// When a worker died that had it in its hands; -1: none did.
    var crashed: Int64 = -1
    var isPoison = false
    var isCopy = false
    /// An attempt at it has ended well.
    var isHandled = false
    /// Kept where ``Simulator/judgesRepeats``: an attempt knew it for a repeat and ended with that; one ended in
    /// another way, or it was given up.
    var endedAsRepeat = false
    var endedByItself = false
    /// An attempt before had published it already: what takes it for a repeat may be right.
    var isPublishedAgain = false
    /// It stands in its queue again while a worker still has it in its hands.
    var isBack = false
    /// The transport, not the handler, brought it once more.
    var isRedelivered = false
    var isSettled = false
    /// It lies in a dead-letter queue, from which it goes back; and how often it has.
    var isParked = false
    var redrives: UInt8 = 0
}

/// A message that was done, by its place in the order of arrival.
struct Done: BitwiseCopyable {
    var sequence: Int64 = -1
    var message: Int64 = -1
}

/// Messages that are handled one after the other.
struct Lane: BitwiseCopyable {
    var isBusy = false
    /// Whose turn it is, and since when.
    var key: Int32 = 0
    var since: Int64 = 0
    var head: Int32 = -1
    var tail: Int32 = -1
    /// The place in the queue that was given out next when it was given on last: who had one by then was behind it.
    var freed: Int64 = 0
}

/// One entity of a store.
struct Entity: BitwiseCopyable {
    var value: Int64
    var version: Int64 = 0
    /// The greatest fencing token seen.
    var token: Int64 = 0
    /// The sum of all accepted changes.
    var accepted: Int64 = 0
    /// How many of the accepted changes are in the value; what is missing of `version` was lost.
    var kept: Int64 = 0
}

/// The lock of one entity: half a cache line, since each is found in another place of memory.
struct LockRow: BitwiseCopyable {
    var holder: Int32 = -1
    var head: Int32 = -1
    var tail: Int32 = -1
    /// Of its lease, whose times it has; -1: none.
    var timer: Int32 = -1
    var token: Int64 = 0
    /// Processes between acquire and release, those included whose lease is over.
    var inside: Int32 = 0
}

/// Workers that share what is ready.
struct Group: ~Copyable {
    var idle: Int32 = -1
    var head: Int32 = -1
    var tail: Int32 = -1
    var waiting = 0
    /// Whether there are any.
    var hasParts = false
    var parts = Parts()
    /// Ready messages where order is kept: by their place in the queue.
    var ready = EventQueue(capacity: 16)
    var isUnlimited = false
    /// A source that makes a message whenever one is wanted; -1: none.
    var backlog: Int32 = -1
    var node: Int32 = 0
}

/// The state of a handler.
struct Station: ~Copyable {
    enum Order: UInt8 {
        case none, partition, slot, key
    }

    var order = Order.none
    var slots: UInt32 = 1
    var partitions: Int32 = 0
    var isRoundRobin = false
    var groupCount: Int32 = 1
    var groups: UnsafeMutablePointer<Group>
    var lanes: Column<Lane>
    /// For how long lanes were held by messages of each key.
    var keyTimes = Column(Int64(0))
    var keyPasts = KeyPasts()
    var nextOrder: Int64 = 0
    var capacity = Int.max
    var waiting = 0
    var visibility: Int64 = 0
    var maxDeliveries = Int32.max
    var takesLateAcks = false
    var redelivery: Int64 = 0
    var workers: Int32 = 0
    /// Whether nodes own whole partitions, and lanes are those of a node.
    var ownsPartitions = false
    var journal = Journal()
    /// Messages of a partition may take their places in the queue one by one as workers come to them.
    var placesStretches = false
    /// Its nodes, among all.
    var nodes: Range<Int32> = 0..<1
    var dealing = Dealing()
    var membership = Membership()
    /// A store that was sent takes effect although who sent it has died.
    var storesLand = false
    /// Deliveries are counted in the memory of who works, those before its last death not.
    var countsInProcess = false
    /// Messages without a key are one group; else each is a group of its own.
    var joinsKeyless = false
    /// All workers that ever were.
    var members: [Int32] = []

    init(groups count: Int, lanes: Int) {
        groups = .allocate(capacity: count)
        for index in 0..<count { (groups + index).initialize(to: Group()) }
        groupCount = Int32(count)
        self.lanes = Column(Lane(), count: lanes)
    }

    deinit {
        groups.deinitialize(count: Int(groupCount))
        groups.deallocate()
    }
}

/// The state of a source.
struct SourceState: BitwiseCopyable {
    enum Kind: UInt8 {
        case poisson, constant, bursty, batches, together, backlog, closed, recorded
    }

    var kind: Kind
    var start: Int64
    /// The exact rate: so many in so many seconds.
    var events: UInt64
    var seconds: UInt64
    var index: Int32
    var queue: Int32
    var made: Int64 = 0
    var limit: Int64
    var bytes: Int32
    var next: Int64
    var meanGap: Double
    var isOn = true
    var phaseEnds: Int64 = 0
    var phases: Int64 = 0
    var inBatch: Int64 = 0
    var batches: Int64 = 0
    var poison: UInt64 = 0
    var copies: UInt64 = 0
    var keyless: UInt64 = 0
    var arrivals: RandomStream
    /// Where gaps are drawn ahead.
    var ahead: Int32
    var extra: RandomStream
    var keys: RandomStream
}
