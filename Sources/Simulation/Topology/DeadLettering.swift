import Configuration

/// How messages of a dead-letter queue go back to the queues that they came from, as an operator (or a broker) has
/// them: Amazon SQS calls it a redrive (`StartMessageMoveTask`, with a rate), RabbitMQ has it by the time-out of
/// messages in the queue that dead letters go to.
public struct Redrive: Hashable, Sendable {
    public enum Moment: Hashable, Sendable {
        /// All that lie there, at these instants, rising.
        case at([Duration])
        /// All that lie there, again and again.
        case every(Duration)
        /// Each so long after it came.
        case after(DurationDistribution)
    }

    public var moment: Moment
    /// How fast they are moved; nil: all at once.
    public var rate: Rate?
    /// How often one message is moved back at most; then it stays. nil: no limit.
    public var times: Int?

    public init(_ moment: Moment, rate: Rate? = nil, times: Int? = nil) {
        self.moment = moment
        self.rate = rate
        self.times = times
    }

    var isOfInstants: Bool { if case .at = moment { true } else { false } }

    /// Where nothing is said: what goes on without end moves a message once, so that poison comes to rest.
    static func standardTimes(_ moment: Moment) -> Int? {
        if case .at = moment { nil } else { 1 }
    }
}
