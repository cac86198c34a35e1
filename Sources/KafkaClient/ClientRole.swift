/// What a client of the library is for: it decides which properties apply and which are ours to set.
enum ClientRole: Sendable {
    case consumer
    case producer
    /// A client that only asks and administers; a producer to the library.
    case admin

    /// What we set unless the user does.
    var defaults: [(name: String, value: String)] {
        let common = [("client.id", "kerfuffle")]
        switch self {
        case .consumer:
            // A position is the caller's: where there is none, or it is gone, that is told, never
            // papered over by a jump. Only what a transaction made visible is read, and positions
            // are read when no transaction is about to move them (`isolation.level` decides both:
            // 2.0.2 asks for stable offsets exactly where it is read_committed).
            return common + [("auto.offset.reset", "error"), ("isolation.level", "read_committed")]
        case .producer: return common + [("enable.idempotence", "true")]
        case .admin: return common
        }
    }

    /// What the rest of this module relies on; a different value from the user is refused, with why.
    var fixed: [(name: String, value: String, why: String)] {
        switch self {
        case .consumer:
            [
                ("enable.auto.commit", "false", "positions are committed with what was emitted"),
                (
                    "enable.auto.offset.store", "false",
                    "positions are committed with what was emitted"
                ),
                ("enable.partition.eof", "true", "the end of a partition decides when to close"),
                ("log.queue", "true", "the log is told where the client is polled"),
            ]
        case .producer:
            [
                (
                    "delivery.report.only.error", "false",
                    "every delivery is counted (leaving reports out costs more than it saves)"
                ),
                ("log.queue", "true", "the log is told where the client is polled"),
            ]
        case .admin: [("log.queue", "true", "the log is told where the client is polled")]
        }
    }
}
