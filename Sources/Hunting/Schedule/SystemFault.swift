import Records

/// A fault that strikes the system under test behind a delivery: feeding stops there, the fault strikes
/// ``delayUs`` after the broker acknowledged the delivery, and feeding goes on.
///
/// A line of a schedule: `{"at":"orders/3@1207","copy":0,"op":"kill","delay_us":2000}`.
///
/// Where it has a ``Moment``, the delay counts from that:
/// `{"at":"orders/3@1207","copy":0,"op":"kill","once":"committed","delay_us":0}`.
///
/// One of an HTTP sink is armed in front of the delivery and strikes the next request that the sink gets; feeding
/// goes on when it has, or after ``sinkWait``:
/// `{"at":"orders/3@1207","copy":0,"op":"fail_answer","sink":"charges","status":503}`. With a ``lengthUs`` the refusal
/// or the end of the connection comes late: so long after the next delivery was fed.
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

        /// Whether nothing is left to the system to do.
        var endsAtOnce: Bool { self == .kill || self == .loseState }

        /// Which moments it may strike at. While a commit is refused only what ends the system at once: that is for
        /// nobody to see.
        public var moments: [Moment] {
            switch self {
            case .kill, .loseState: [.shown, .committing, .committed]
            case .term, .pause, .join, .leave: [.shown, .committed]
            case .failAnswer, .loseAnswer, .slowAnswer: []
            }
        }
    }

    /// How far the system is with a delivery.
    public enum Moment: String, Hashable, Sendable, CaseIterable {
        /// It has shown the first thing: a record or a request, or a change of its state's files. Before the delivery
        /// it is waited for until it is done with all others.
        case shown
        /// It asks to commit: an embedded broker refuses that. A real one cannot be looked into: there, and where
        /// several copies run, it is as ``shown``. It is waited for in the same way.
        case committing
        /// The group's position is beyond the delivery.
        case committed
    }

    /// How long feeding waits for a moment: clients that commit by a clock do so every 5 s
    /// (`auto.commit.interval.ms` of the Java client and of librdkafka).
    static let momentWait = Duration.seconds(7)

    /// How long feeding waits for a request that an armed sink is to get.
    static let sinkWait = Duration.milliseconds(500)

    /// How late a refused or lost answer is, where it is late: longer than a fetch that finds nothing waits
    /// (`fetch.wait.max.ms`, 500 ms by default), so that the system has what was fed next when it learns of it.
    static let latenessUs: Int64 = 700_000

    /// How long a late answer waits for the next delivery.
    static let lateWait = Duration.seconds(5)

    /// The delivery behind which it strikes.
    public var at: RecordName
    public var copy: Int32
    public var kind: Kind
    /// From the acknowledgement, or from the moment of ``once``, to the fault, in microseconds.
    public var delayUs: Int64
    /// What the delay counts from; nil: the acknowledgement of the delivery.
    public var once: Moment?
    /// How long a pause lasts or an answer takes, or how late one that is refused or lost is, in microseconds; 0 for
    /// other kinds.
    public var lengthUs: Int64
    /// The name of the HTTP sink; nil: the only one, or of no sink.
    public var sink: String?
    /// What a request is refused with; 0 for other kinds.
    public var status: Int

    /// The same at the moments that it may strike at and does not, the last first: they hang on no clock.
    var atOtherMoments: [SystemFault] {
        kind.moments.reversed().filter { $0 != once }.map { moment in
            var fault = self
            fault.once = moment
            fault.delayUs = 0
            return fault
        }
    }

    func delayed(byUs delay: Int64) -> SystemFault {
        var fault = self
        fault.delayUs = delay
        return fault
    }

    /// `kill`, `kill once committed`, `fail_answer late`.
    public var words: String {
        kind.rawValue + (once.map { " once \($0.rawValue)" } ?? "") + (isLate ? " late" : "")
    }

    /// Whether an answer that is refused or lost could be late.
    var canBeLate: Bool { kind == .failAnswer || kind == .loseAnswer }
    var isLate: Bool { canBeLate && lengthUs > 0 }

    func answered(lateByUs lateness: Int64) -> SystemFault {
        var fault = self
        fault.lengthUs = lateness
        return fault
    }

    public init(
        at: RecordName, copy: Int32 = 0, kind: Kind, delayUs: Int64 = 0,
        once: Moment? = nil, lengthUs: Int64 = 0, sink: String? = nil, status: Int = 0
    ) {
        self.at = at
        self.copy = copy
        self.kind = kind
        self.delayUs = delayUs
        self.once = once
        self.lengthUs = lengthUs
        self.sink = sink
        self.status = status
    }
}
