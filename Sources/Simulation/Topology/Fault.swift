import Configuration

/// Something that goes wrong at times.
public struct Fault: Hashable, Sendable {
    public var kind: Kind
    public var strikes: Strikes
    /// How long it lasts: until the restart, the end of the pause, …; nil: for the rest of the run.
    public var lasting: DurationDistribution?
    /// It does not strike after this instant; nil: as long as there is something to strike.
    public var until: Duration?

    public init(
        _ kind: Kind, _ strikes: Strikes, lasting: DurationDistribution? = .constant(us: 0),
        until: Duration? = nil
    ) {
        self.kind = kind
        self.strikes = strikes
        self.lasting = lasting
        self.until = until
    }

    /// When it strikes.
    public enum Strikes: Hashable, Sendable {
        /// Again and again, with this time from one to the next.
        case every(DurationDistribution)
        /// At these instants, rising.
        case at([Duration])
    }

    public enum Kind: Hashable, Sendable {
        /// A worker dies with what it had in memory, and starts again later; or a node with all its workers
        /// and the memory that they share.
        case kill(handler: String, Scope)
        /// A worker or all workers of a node stand still and then go on where they were.
        case pause(handler: String, Scope)
        /// Every load and store, or every request of a service, that begins meanwhile takes longer.
        case slow(Slowed, by: DurationDistribution)
        /// What a node thinks takes so many times as long.
        case throttle(handler: String, factor: Ratio)
        /// A node reaches the broker, or the stores and their locks, no more.
        case cut(handler: String, from: Side)
        /// The broker delivers a message again that a worker has in its hands.
        case redeliver(handler: String)
        /// A node's clock is ahead by so many microseconds, or behind where they are negative.
        case skew(handler: String, us: Int64)
        /// Every node in turn leaves, with what it has in hand done, and is back after the time that it lasts.
        case deploy(handler: String)
    }

    /// What dies or stands still together.
    public enum Scope: Hashable, Sendable {
        case worker, node
    }

    public enum Slowed: Hashable, Sendable {
        case store(String)
        case service(String)
    }

    /// The other end of a cut.
    public enum Side: String, Hashable, Sendable, CaseIterable {
        case broker, stores
    }
}

extension Fault.Kind {
    /// Its name in files.
    var word: String {
        switch self {
        case .kill(_, let scope): scope == .node ? "killNode" : "kill"
        case .pause(_, let scope): scope == .node ? "pauseNode" : "pause"
        case .slow: "slow"
        case .throttle: "throttle"
        case .cut: "cut"
        case .redeliver: "redeliver"
        case .skew: "skew"
        case .deploy: "deploy"
        }
    }

    /// Whether it strikes a handler.
    public func strikes(_ handler: String) -> Bool { self.handler == handler }

    /// The handler that it strikes; nil: none.
    var handler: String? {
        switch self {
        case .kill(let handler, _), .pause(let handler, _), .throttle(let handler, _),
            .cut(let handler, _), .redeliver(let handler), .skew(let handler, _),
            .deploy(let handler):
            handler
        case .slow: nil
        }
    }
}
