import KafkaClient
import Records

/// A producer for each partition that this instance owns.
///
/// Each costs a few threads and connections of its own, so an instance owns no more than
/// ``mostPartitions``.
final class PartitionSenders {
    /// More partitions than these are for more instances.
    static let mostPartitions = 400

    private let target: TargetCluster
    private let group: String
    private var outputs: [String: String]
    private let client: ClientConfiguration
    private let memoryBytes: Int
    private let reader: PositionsReader
    private let log: ClientLog
    private var senders: [TopicPartition: PartitionSender] = [:]

    init(
        _ target: TargetCluster, _ configuration: ProxyConfiguration, client: ClientConfiguration,
        log: ClientLog
    ) throws {
        self.target = target
        group = configuration.group
        outputs = Dictionary(
            uniqueKeysWithValues: configuration.routes.compactMap { route in
                route.output.map { (route.input, $0) }
            })
        self.client = client
        self.log = log
        memoryBytes = configuration.memoryBytes
        reader = try PositionsReader(
            target, group: configuration.group, onEvent: log.note("positions"))
    }

    deinit { release(Array(senders.keys)) }

    subscript(source: TopicPartition) -> PartitionSender? { senders[source] }

    var all: some Collection<PartitionSender> { senders.values }

    var outstanding: Int { senders.values.reduce(0) { $0 + $1.producer.outstanding } }
    var fatalError: KafkaError? { senders.values.lazy.compactMap(\.producer.fatalError).first }

    /// Serves all of them; waits up to `timeout` for the first of something.
    func poll(timeout: Duration = .zero) {
        guard let first = senders.values.first else { return }
        for sender in senders.values { sender.producer.poll() }
        if timeout > .zero { first.producer.poll(timeout: min(timeout, .milliseconds(10))) }
    }

    /// Takes the partitions over: fences whoever had them, and only then reads their positions.
    ///
    /// - Parameter waiting: told once where it takes longer than a moment.
    func take(
        _ sources: [TopicPartition], waiting: (String) -> Void
    ) throws -> [TopicPartition: CommittedPosition] {
        release(sources)
        let count = senders.count + sources.count
        guard count <= Self.mostPartitions else {
            throw ProxyError(
                .refused,
                "this instance was given \(count) partitions; with a cluster of its own for the "
                    + "output each needs a producer, and \(Self.mostPartitions) are the most: start "
                    + "more instances")
        }
        var client = client
        let kilobytes = max(1024, memoryBytes / 4 / 1024 / max(1, count))
        client.set("queue.buffering.max.kbytes", to: "\(kilobytes)", in: .default, at: "proxy")
        // First all of them, which then connect at the same time.
        for source in sources {
            guard let output = outputs[source.topic] else { continue }
            senders[source] = try PartitionSender(
                source, output: output, positionsTopic: target.positionsTopic, group: group,
                client: client, onEvent: log.note("producer", part: "\(source)"))
        }
        for source in sources {
            try senders[source]?.producer.initTransactions(timeout: .seconds(60))
        }
        do {
            return try reader.read(sources, timeout: .seconds(10))
        } catch let error as KafkaError where error.isRetriable {
            waiting(
                "waiting for the positions in \(target.positionsTopic), which an unfinished "
                    + "transaction may be about to move (\(error.message))")
            return try reader.read(sources, timeout: .seconds(300))
        }
    }

    /// The positions of partitions that others may own: nobody is fenced.
    func look(
        at sources: [TopicPartition], timeout: Duration
    ) throws -> [TopicPartition: CommittedPosition] {
        try reader.read(sources, timeout: timeout)
    }

    /// Partitions of a topic of the output's cluster; 0 where it is not there.
    func partitionCount(of topic: String) -> Int {
        (try? reader.partitionCount(of: topic, timeout: .seconds(1))) ?? 0
    }

    /// How a topic that is read from now on is called where it is sent.
    func add(_ route: Route) { outputs[route.input] = route.output }

    /// These partitions are somebody else's now, or are begun anew.
    func release(_ sources: [TopicPartition]) {
        for source in sources where senders.removeValue(forKey: source) != nil {
            log.forget("producer", part: "\(source)")
        }
    }
}
