/// One operation of a compiled handler or service. What takes time and what touches something shared are
/// operations of their own, so that at most one visible thing happens in each.
struct Operation: BitwiseCopyable {
    enum Code: UInt8 {
        case think, load, check, change, store, fail, effect, call, lookUp, note
        case acquire, release, publish
        /// The position behind the message is committed.
        case commit
        /// The last store or effect is done, where a commit stands in front of it.
        case carriedOut
        /// The handler's code says what comes next.
        case code
        /// The attempt is done.
        case end
    }

    var code: Code
    /// think: the time is drawn once a message.
    var isPerMessage = false
    /// think: the time is that of each KiB.
    var isBySize = false
    /// think: a store's latency, and not a worker's own work.
    var isRemote = false
    /// change: a store lies between it and the change in front of it, which counts no more.
    var beginsAnew = false
    /// think: the time is always the same.
    var isConstant = false
    /// A step of a handler in Swift, which hears what came of it.
    var isOfCode = false
    /// store: how.
    var mode = Mode.value
    /// load, store: where a fencing token is looked at.
    var fencing = Fencing.none
    /// acquire: the lock ends with its holder.
    var endsWithHolder = false
    /// The store, lock, inbox, effect, service or queue, in the order of the topology.
    var object: Int32 = 0
    /// load, store: the lock whose token is looked at.
    var lock: Int32 = -1
    /// Its place in the list of sites.
    var site: Int32 = 0
    /// think: the distribution.
    var latency: Int32 = -1
    /// think: where first attempts' times are drawn ahead; -1: nowhere.
    var ahead: Int32 = -1
    /// load, check, change, store: which of the process's loaded values; effect: the inbox written with it, or -1; code: the
    /// label of the step in front of it, or -1.
    var register: Int32 = 0
    /// check and conditional store: the least; change: what is added; acquire: the ttl; call and a store's
    /// latency: the time-out.
    /// Times in nanoseconds, 0 meaning none.
    var amount: Int64 = 0
    /// acquire: how often the lease is renewed, in nanoseconds; 0: never.
    var renewal: Int64 = 0
    /// store, effect, publish: its bit among the deeds of a message. Beyond 64 such steps: 0, not told apart.
    var deed: UInt64 = 0
    /// store: what an entity may give out.
    var stock: Int64 = 0
    /// fail: the probability; call: that of losing the request, and the reply; of 2^64.
    var probability: UInt64 = 0
    var otherProbability: UInt64 = 0
    var stream: RandomStream

    enum Mode: UInt8 {
        case value, delta, versioned, conditional
    }

    enum Fencing: UInt8 {
        case none, load, store
    }
}

/// What happens after a failed attempt, compiled.
struct RetryEntry: BitwiseCopyable {
    enum Code: UInt8 {
        case inline, requeue, schedule, pause
    }

    enum Jitter: UInt8 {
        case none, full, equal, decorrelated
    }

    let code: Code
    var jitter = Jitter.none
    /// schedule: its lane waits for it.
    var keepsTurn = false
    let latency: Int32
    let stream: RandomStream
    /// decorrelated: the least and the greatest delay, and where in its policy such delays begin.
    var base: Int64 = 0
    var cap: Int64 = 0
    var first: Int32 = 0

    init(_ code: Code, latency: Int32, _ stream: RandomStream) {
        self.code = code
        self.latency = latency
        self.stream = stream
    }
}

/// The entries of one policy among all.
struct RetryTable: BitwiseCopyable {
    let first: Int32
    let count: Int32
    let repeats: Bool
    let discards: Bool
}
