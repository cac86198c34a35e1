import Configuration

/// When a consumer of partitions says how far it has come. A crash goes back to there: what was carried out
/// and not committed is carried out again, what was committed and not carried out is lost.
///
/// The position of a partition is the first message that is neither done nor passed (the low-water mark), so
/// workers that overtake each other within a partition lose nothing.
public struct PositionCommit: Hashable, Sendable {
    public enum Moment: Hashable, Sendable {
        /// At the start of an attempt: at most once.
        case before
        /// When the message is done: at least once.
        case after
        /// In one transaction with the last store or effect.
        case withEffect
        /// Every so often, all that is done.
        case every(Duration)
        /// Where a `commit` step stands.
        case steps
    }

    /// What the time between two commits runs from.
    public enum Timer: String, Hashable, Sendable, CaseIterable {
        /// Multiples of it, whatever the consumer does.
        case grid
        /// The consumer's start: a restart begins it anew, as `auto.commit.interval.ms` of Kafka's consumer
        /// (4.0) does.
        case restart
    }

    public var moment: Moment
    public var timer = Timer.grid
    /// How long a commit takes before it counts; not for those of an interval, which nobody waits for.
    public var takes: DurationDistribution = .constant(us: 0)

    public init(_ moment: Moment, timer: Timer = .grid) {
        self.moment = moment
        self.timer = timer
    }

    /// The time between two commits, where it is one.
    public var interval: Duration? {
        if case .every(let time) = moment { time } else { nil }
    }
}
