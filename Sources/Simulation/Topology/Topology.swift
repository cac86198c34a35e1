import Configuration

/// A system of queues, handlers and stores with its traffic: what a simulation runs.
///
/// `docs/simulation.md` says what every key of a topology file means.
public struct Topology: Hashable, Sendable {
    /// What it shows, in a sentence; for people.
    public var about: String?
    /// The seed of a run that is given none: any text.
    public var seed = "1"
    public var run = RunLength()
    public var sources: [Source] = []
    public var queues: [MessageQueue] = []
    public var stores: [Store] = []
    public var inboxes: [InboxModel] = []
    public var services: [Service] = []
    public var handlers: [Handler] = []
    /// The one that runs unless another is asked for.
    public var strategy = Strategy.naive
    /// Those that `compare` runs unless others are asked for.
    public var compared: [Strategy] = []
    public var settings = StrategySettings()
    public var faults: [Fault] = []
    public var invariants: [Invariant] = []
    /// The bound of `boundedStaleness`; nil where that is not among the invariants.
    public var staleness: StalenessBound?
    /// What sources and queues may do by contract; invariants are judged under it.
    public var delivery = DeliveryContract.atLeastOnce
    /// How far `explore` goes.
    public var bounds = Bounds()

    public init() {}
}

/// How long a run goes on, and what of it is measured.
public struct RunLength: Hashable, Sendable {
    /// How many messages all sources together make; nil: no limit of their number.
    public var messages: Int?
    /// When the run stops, whatever is under way; nil: once all is handled.
    public var time: Duration?
    /// The share of messages, in order of arrival, that no figure counts (without a number of messages:
    /// of time).
    ///
    /// A tenth is what the rows of docs/validation.md discard.
    public var warmUp = Ratio(1, 10) ?? .zero
    /// Instead of that share: as many messages as MSER-5 says, which takes a run of its own.
    public var cutsByMSER = false

    public init() {}
}

/// Values of one kind by key: an inventory's stock by article, an account's balance.
public struct Store: Hashable, Sendable {
    public var name: String
    /// How many entities there are; nil: as many as the sources have keys.
    public var entities: Int?
    /// The value of each at the start.
    public var initial: Int64 = 0
    /// How long each load and each write takes before it takes effect.
    public var latency: DurationDistribution = .constant(us: 0)
    /// How long a handler waits for a load or a write, which then had no effect; nil: for ever.
    public var timeout: Duration?
}

/// The keys of messages that were handled, by which a repeat is known.
public struct InboxModel: Hashable, Sendable {
    public var name: String
    /// How long a key is kept after it was first noted; nil: for ever.
    public var window: Duration?
    /// How many keys are kept at most, the oldest leaving first; nil: any number.
    public var last: Int?
    public var place = Place.store

    /// Where its keys are kept.
    public enum Place: String, Hashable, Sendable, CaseIterable {
        /// Where all nodes see them and no fault reaches them.
        case store
        /// In each node's memory: no other node knows them, and they die with it.
        case memory
    }

    public init(
        name: String, window: Duration? = nil, last: Int? = nil, place: Place = .store
    ) {
        self.name = name
        self.window = window
        self.last = last
        self.place = place
    }
}
