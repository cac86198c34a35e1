/// What is known of a system's group: whether it commits the positions of what it has read.
enum Committing: Hashable, Sendable {
    case unknown, commits, never
}
