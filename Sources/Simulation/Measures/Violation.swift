/// An invariant that did not hold, and the first place where that was seen.
public struct Violation: Hashable, Sendable {
    public let invariant: Invariant
    /// The first time that it was seen.
    public let timeNs: Int64
    /// What was seen, in words.
    public let witness: String
    /// Where it was seen; nil where only the end of the run tells.
    public let place: Place?

    /// The act that broke it.
    public struct Place: Hashable, Sendable {
        /// `inventory/17`; nil where it is about none.
        public let object: String?
        /// Whose footprint it was.
        public let footprint: Footprint?
        public let key: Int32
        /// Messages that take part, by their number, the one that acted first.
        public let messages: [Int64]
        /// The process that acted, and its name: `reserve#3`. -1 where none did.
        public let actor: Int32
        public let worker: String
        public let attempt: Int32
        /// When its attempt began.
        public let beganNs: Int64
    }
}
