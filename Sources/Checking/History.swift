/// Who did what to which object, and when: what every checker reads.
///
/// Whoever keeps one says when transactions begin and end, and what each of them does, in the order in which it
/// takes effect. Objects are numbers that the keeper gives out; what they stand for is the keeper's. The order
/// of an object's versions is known: it is that of their numbers, 0 being what was there at first.
public struct History: Sendable {
    public private(set) var transactions: [Transaction] = []
    /// In the order in which they took effect.
    public private(set) var events: [Event] = []

    public init() {}

    /// One run of a handler, or whatever else commits or aborts as a whole.
    public struct Transaction: Hashable, Sendable {
        /// Which message it works on; transactions with one message are attempts at the same thing.
        public var message: Int64
        /// Messages with one key are to be handled in the order of `sequence`.
        public var key: Int64
        public var sequence: Int64
        /// 0 for a message's first.
        public var attempt: Int32
        /// Who runs it.
        public var worker: Int32
        public var beganNs: Int64
        public var endedNs: Int64?
        public var outcome = Outcome.unfinished

        public init(
            message: Int64, key: Int64 = 0, sequence: Int64? = nil, attempt: Int32 = 0,
            worker: Int32 = 0, beganNs: Int64
        ) {
            self.message = message
            self.key = key
            self.sequence = sequence ?? message
            self.attempt = attempt
            self.worker = worker
            self.beganNs = beganNs
        }
    }

    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// Under way when the history ends: it may still do either.
        case unfinished
        case committed
        /// It failed or its worker died; what it wrote may be there all the same.
        case aborted
    }

    /// One thing that a transaction did to one object.
    public struct Event: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// Saw a version.
            case read
            /// Made a version.
            case write
            /// Did something that cannot be taken back.
            case effect
            /// Got a lock, with its token as version.
            case acquire
            case release
            /// The lease of the transaction's lock ended by itself.
            case expire
        }

        public let kind: Kind
        /// Its index in `transactions`.
        public let transaction: Int
        public let object: Int
        public let timeNs: Int64
        /// read, write: which version; locks: the token.
        public let version: Int64
        /// write: the version that it was computed from; nil: from none.
        public let basis: Int64?
        /// read, write: the value of that version, where it is known.
        public let value: Int64

        public init(
            _ kind: Kind, by transaction: Int, on object: Int, at timeNs: Int64,
            version: Int64 = 0, basis: Int64? = nil, value: Int64 = 0
        ) {
            self.kind = kind
            self.transaction = transaction
            self.object = object
            self.timeNs = timeNs
            self.version = version
            self.basis = basis
            self.value = value
        }
    }

    /// - Returns: the transaction's number.
    public mutating func begin(_ transaction: Transaction) -> Int {
        transactions.append(transaction)
        return transactions.count - 1
    }

    public mutating func append(_ event: Event) { events.append(event) }

    public mutating func end(_ transaction: Int, _ outcome: Outcome, at timeNs: Int64) {
        transactions[transaction].outcome = outcome
        transactions[transaction].endedNs = timeNs
    }

    func isCommitted(_ transaction: Int) -> Bool {
        transactions[transaction].outcome == .committed
    }
}
