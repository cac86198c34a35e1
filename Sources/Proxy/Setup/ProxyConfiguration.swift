import KafkaClient
import Masking
import Perturbation
import Recording

/// From which topic to which.
public struct Route: Hashable, Sendable {
    public var input: String
    /// nil: the topic is recorded and nothing is sent.
    public var output: String?

    /// The input is a regular expression over names of topics, which ``Routing`` knows.
    public var isPattern: Bool { input.hasPrefix("^") }

    public init(input: String, output: String?) {
        self.input = input
        self.output = output
    }
}

/// What a broker is asked to guarantee.
public enum DeliveryGuarantee: String, Hashable, Sendable, CaseIterable {
    /// A read-committed reader sees each window once.
    case exactlyOnce = "exactly-once"
    /// Nothing is lost; what was emitted since the last commit may be repeated.
    case atLeastOnce = "at-least-once"
}

/// Everything the proxy is told, resolved.
public struct ProxyConfiguration: Sendable {
    public var client: ClientConfiguration
    /// The cluster of the output topics; nil where it is that of the input.
    public var target: TargetCluster?
    public var group: String
    /// The instance's name, which stays over restarts and belongs to one instance at a time; it is the
    /// `transactional.id`.
    public var instance: String
    public var routes: [Route]
    public var plan: Plan
    /// What the plan's masks are made with; it is never written anywhere.
    public var maskKey: MaskKey?
    public var delivery = DeliveryGuarantee.exactlyOnce
    public var first = FirstPosition.earliest
    /// What is done where the next record was deleted before it was read; nil: the run ends.
    public var onOffsetOutOfRange: Loss.Policy?
    /// Run to the end offsets noted at the start, close the last windows there and stop.
    public var untilEnd = false
    public var paths: JournalPaths
    public var recording = RecordingWriter.Options()
    /// How long what is recorded is kept; `paths.recording` is then a folder of pairs (``PairFolder``).
    public var retention: Operations.Retention?
    /// A pair of such a folder is closed for the next one at this size; nil for an eighth of all.
    public var partBytes: Int?
    /// A file that cannot be written any more ends the writing of files, not the run.
    public var outlivesRecording = false
    /// Why an earlier run of this process stopped to write files.
    var recordingFailure: RecordingError?
    /// Each transaction's files survive a loss of power before it commits.
    public var synchronizes = false
    public var shadow = ShadowGuard()
    /// Output topics with `LogAppendTime` would replace every timestamp; refused unless allowed.
    public var allowsLogAppendTime = false
    /// A transaction is committed at this age or size of what it holds.
    public var commitInterval = Duration.milliseconds(100)
    public var commitBytes = 16 << 20
    /// What is sent is held to these, by this instance.
    public var maxRates: [MaxRate] = []
    /// How often new topics are looked for, where patterns name them.
    public var topicInterval = Duration.seconds(10)
    /// Bytes of records held in open windows and windows on their way. What the client library fetches
    /// ahead and has in flight comes on top, a quarter of this each.
    public var memoryBytes = 256 << 20
    /// The client library tells of itself every two seconds.
    public var isMeasured = false
    /// The id that a new recording gets; files with another one are not gone on with. nil: any.
    public var recordingID: String?
    /// Name and version, for files.
    public var tool: String

    public init(
        client: ClientConfiguration, group: String, instance: String, routes: [Route], plan: Plan,
        paths: JournalPaths, tool: String
    ) {
        self.client = client
        self.group = group
        self.instance = instance
        self.routes = routes
        self.plan = plan
        self.paths = paths
        self.tool = tool
    }

    /// After which the broker ends a transaction; 60 s is librdkafka's own value.
    var transactionTimeout: Duration {
        let given = (target?.client ?? client)["transaction.timeout.ms"].flatMap { Int64($0) }
        let usual = target == nil || delivery != .exactlyOnce ? 60_000 : Self.targetTimeoutMs
        return .milliseconds(given ?? usual)
    }

    /// Where whoever takes a partition over fences the one before at once, there is no need to be quick;
    /// and a cluster that is away for a minute or two is not worth a restart.
    static let targetTimeoutMs: Int64 = 180_000

    /// What files say of where they come from.
    func identity(_ id: String, cluster: String) -> RecordingIdentity {
        RecordingIdentity(
            id: id, tool: tool, cluster: cluster, subscriptions: routes.map(\.input))
    }

    /// Nothing is sent anywhere.
    public var isRecordOnly: Bool { routes.allSatisfy { $0.output == nil } }

    /// What was sent cannot be taken back: nothing that was written for it is cut.
    public var mayRepeat: Bool { delivery == .atLeastOnce && !isRecordOnly }

    /// The least that is sensible: one window of usual size has room.
    public static let leastMemoryBytes = 1 << 20
}
