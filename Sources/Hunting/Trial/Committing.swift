/// What is known of a system's group: whether it commits the positions of what it has read.
enum Committing: Hashable, Sendable {
    case unknown
    /// All of them.
    case commits
    /// Not to the end: some commit every hundred records, or every five seconds.
    case notAll
    /// None.
    case never

    /// Whether it is known that something may stay uncommitted.
    var leavesSome: Bool { self == .notAll || self == .never }
}
