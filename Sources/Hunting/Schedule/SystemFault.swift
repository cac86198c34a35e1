import Records

/// A fault that strikes the system under test behind a delivery: feeding stops there, the fault strikes
/// ``delayUs`` after the broker acknowledged the delivery, and feeding goes on.
///
/// A line of a schedule: `{"at":"orders/3@1207","copy":0,"op":"kill","delay_us":2000}`.
///
/// Where it has a ``CommitMoment``, the delay counts from that:
/// `{"at":"orders/3@1207","copy":0,"op":"kill","commit":"after","delay_us":0}`.
///
/// One of an HTTP sink is armed in front of the delivery and strikes the next request that the sink gets; feeding
/// goes on when it has, or after ``sinkWait``:
/// `{"at":"orders/3@1207","copy":0,"op":"fail_answer","sink":"charges","status":503}`.
public struct SystemFault: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// SIGKILL to a copy's whole group, and a new start.
        case kill
        /// SIGTERM, SIGKILL where it does not end within the stop's limit, and a new start.
        case term
        /// SIGSTOP for ``SystemFault/lengthUs``, then SIGCONT.
        case pause
        /// SIGKILL, its state folder emptied, and a new start.
        case loseState = "lose_state"
        /// One more copy starts.
        case join
        /// The copy that joined last is stopped; nothing where there is only one.
        case leave
        /// An HTTP sink refuses the next request with ``SystemFault/status``, before it is noted.
        case failAnswer = "fail_answer"
        /// It notes the next request, and closes the connection without an answer.
        case loseAnswer = "lose_answer"
        /// It answers the next request ``SystemFault/lengthUs`` late.
        case slowAnswer = "slow_answer"

        /// Whether it strikes a request to a sink in place of the system.
        public var isOfSink: Bool {
            switch self {
            case .failAnswer, .loseAnswer, .slowAnswer: true
            case .kill, .term, .pause, .loseState, .join, .leave: false
            }
        }

        /// Which moments of a commit it may strike at. Before one only what ends the system at once: the refusal is
        /// for nobody to see.
        public var commitMoments: [CommitMoment] {
            switch self {
            case .kill, .loseState: [.before, .after]
            case .term, .pause, .join, .leave: [.after]
            case .failAnswer, .loseAnswer, .slowAnswer: []
            }
        }
    }

    /// What the group's position says of a delivery.
    public enum CommitMoment: String, Hashable, Sendable, CaseIterable {
        /// The system has done something behind the delivery and has not committed since: an embedded broker refuses
        /// the next commit, which is the moment; a real one cannot be looked into, there it is the first thing that
        /// the system shows.
        case before
        /// The group's position is beyond the delivery.
        case after
    }

    /// How long feeding waits for a commit: clients that commit by a clock do so every 5 s
    /// (`auto.commit.interval.ms` of the Java client and of librdkafka).
    static let commitWait = Duration.seconds(7)

    /// How long feeding waits for a request that an armed sink is to get.
    static let sinkWait = Duration.milliseconds(500)

    /// The delivery behind which it strikes.
    public var at: RecordName
    public var copy: Int32
    public var kind: Kind
    /// From the acknowledgement, or from ``commit``, to the fault, in microseconds.
    public var delayUs: Int64
    /// What the delay counts from; nil: the acknowledgement of the delivery.
    public var commit: CommitMoment?
    /// How long a pause lasts or an answer takes, in microseconds; 0 for other kinds.
    public var lengthUs: Int64
    /// The name of the HTTP sink; nil: the only one, or of no sink.
    public var sink: String?
    /// What a request is refused with; 0 for other kinds.
    public var status: Int

    /// The same at the moments of a commit that it may strike at and does not, the surest first: they hang on no clock.
    var atOtherCommits: [SystemFault] {
        kind.commitMoments.reversed().filter { $0 != commit }.map { moment in
            var fault = self
            fault.commit = moment
            fault.delayUs = 0
            return fault
        }
    }

    func delayed(byUs delay: Int64) -> SystemFault {
        var fault = self
        fault.delayUs = delay
        return fault
    }

    /// `kill`, `kill after a commit`.
    public var words: String {
        kind.rawValue + (commit.map { " \($0.rawValue) a commit" } ?? "")
    }

    public init(
        at: RecordName, copy: Int32 = 0, kind: Kind, delayUs: Int64 = 0,
        commit: CommitMoment? = nil, lengthUs: Int64 = 0, sink: String? = nil, status: Int = 0
    ) {
        self.at = at
        self.copy = copy
        self.kind = kind
        self.delayUs = delayUs
        self.commit = commit
        self.lengthUs = lengthUs
        self.sink = sink
        self.status = status
    }
}
