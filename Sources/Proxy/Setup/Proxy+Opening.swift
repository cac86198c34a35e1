import KafkaClient
import Perturbation
import Recording
import Records

extension Proxy {
    /// Checks everything, settles what an earlier run left behind, and makes a proxy that is ready to
    /// run.
    ///
    /// Nothing is written anywhere before all checks have passed.
    ///
    /// - Throws: `ProxyError` for what is refused, `ConfigurationError` for properties of the client,
    ///   `RecordingError` for the files.
    public static func open(
        _ configuration: ProxyConfiguration, observer: ProxyObserver,
        makeRecordingID: () -> String
    ) throws -> Proxy {
        try open(
            configuration, observer: observer, makeRecordingID: makeRecordingID,
            wrapping: { committing, _ in committing })
    }

    /// - Parameter wrapping: for tests, which fail commits as a broker would.
    static func open(
        _ configuration: ProxyConfiguration, observer: ProxyObserver,
        makeRecordingID: () -> String,
        wrapping: (any Committing, Journal) -> any Committing
    ) throws -> Proxy {
        try configuration.check()
        let routing = try Routing(configuration.routes)
        var configuration = try routing.resolved(configuration)
        for notice in configuration.notices { observer.notice(notice, .warning) }
        let broker = try BrokerCheck(configuration, observer).run()
        // The files are locked before anything else is touched: a second instance on the same files
        // must not fence the first.
        let isRecorded = configuration.recordingFailure == nil
        let retained = isRecorded ? try configuration.retainedPairs() : nil
        if let retained { configuration.paths = retained.paths }
        let leftover = isRecorded ? try Journal.leftover(at: configuration.paths) : nil
        if let leftover { try check(leftover, configuration, cluster: broker.cluster) }
        let inputs = Inputs(partitionsAtStart: broker.partitions)
        let log = ClientLog(observer, inputs)
        let consumer = try Consumer(
            configuration.consumerClient, group: configuration.group, onEvent: log.noteOfConsumer)
        do {
            let senders = try makeSenders(configuration, broker, log)
            let producer =
                senders == nil ? try makeProducer(configuration, broker, log) : nil
            let journal = try openJournal(
                configuration, leftover, consumer, cluster: broker.cluster,
                makeRecordingID: {
                    retained?.newID { configuration.recordingID ?? makeRecordingID() }
                        ?? configuration.recordingID ?? makeRecordingID()
                }, observer: observer)
            if let previous = retained?.previous { try journal.remember(previous) }
            return Proxy(
                configuration, consumer: consumer, producer: producer, senders: senders,
                journal: journal,
                committing: wrapping(
                    makeCommitting(configuration, consumer, producer, senders, journal), journal),
                observer: observer, routing: routing, inputs: inputs, retained: retained,
                cluster: broker.cluster)
        } catch {
            throw Failures(configuration).explained(error)
        }
    }

    /// - Parameter cluster: the input's id; nil where it is not known.
    static func check(
        _ leftover: Journal.Leftover, _ configuration: ProxyConfiguration, cluster: String?
    ) throws(ProxyError) {
        try checkOrigin(leftover, configuration, cluster)
        let path = configuration.paths.schedule ?? ""
        switch (leftover.header.mayRepeat, configuration.mayRepeat) {
        case (true, false):
            throw ProxyError(
                .refused,
                "\(path) was written under at-least-once; give new files, or --delivery at-least-once"
            )
        case (false, true):
            throw ProxyError(
                .refused,
                "\(path) was not written under at-least-once, so it could not say what came again; give new "
                    + "files, or leave --delivery at-least-once away")
        default: break
        }
        guard leftover.header.plan != configuration.plan else { return }
        let old = leftover.header.plan
        if let before = old.mask?.fingerprint, let now = configuration.plan.mask?.fingerprint,
            before != now
        {
            throw ProxyError(
                .refused,
                "\(configuration.paths.schedule ?? "") was written with another mask key (\(before), "
                    + "this one is \(now)): equal values would not stay equal; give new files, or the "
                    + "key it began with")
        }
        let difference =
            old.seed == configuration.plan.seed ? "" : " (seed \"\(old.seed)\")"
        throw ProxyError(
            .refused,
            "\(configuration.paths.schedule ?? "") was written under another plan\(difference); give "
                + "new files, or the plan it began with")
    }

    /// That the files are of this recording and of this cluster: two of them in one file are told apart by
    /// nobody.
    private static func checkOrigin(
        _ leftover: Journal.Leftover, _ configuration: ProxyConfiguration, _ cluster: String?
    ) throws(ProxyError) {
        let path = configuration.paths.recording ?? configuration.paths.schedule ?? ""
        let id = leftover.header.recording
        let base = configuration.retention == nil ? id : PairFolder.base(ofID: id)
        if let wanted = configuration.recordingID, wanted != base {
            throw ProxyError(
                .refused,
                "\(path) is the recording \(id), and --recording-id says \(wanted); give new files, or that id"
            )
        }
        if let found = leftover.cluster, let cluster, !cluster.isEmpty, found != cluster {
            throw ProxyError(
                .refused,
                "\(path) was recorded from the cluster \(found), and this is \(cluster); give new files"
            )
        }
    }

    /// That the group has been where the files have: partitions of topics that are not read now tell, as those
    /// that are read are looked at when they are assigned.
    static func checkGroup(
        _ leftover: Journal.Leftover, _ configuration: ProxyConfiguration, _ consumer: Consumer
    ) throws {
        let inputs = Set(configuration.routes.map(\.input))
        let others = leftover.settledSources.filter { !inputs.contains($0.topic) }.sorted()
        guard !others.isEmpty else { return }
        let found: [TopicPartition: CommittedPosition]
        do { found = try committed(others, configuration, consumer) } catch let error as KafkaError
            where error.isRetriable
        {
            // What is still open there belongs to somebody who knows the group.
            return
        }
        guard let source = others.first(where: { found[$0] == nil }) else { return }
        throw ProxyError(
            .conflict,
            "\(configuration.paths.schedule ?? "") holds \(source), in which the group \(configuration.group) has "
                + "no position: the files are another group's, or the position has expired; give new files"
        )
    }

    /// The group's positions, from where this configuration keeps them.
    static func committed(
        _ sources: [TopicPartition], _ configuration: ProxyConfiguration, _ consumer: Consumer
    ) throws -> [TopicPartition: CommittedPosition] {
        guard let target = configuration.target, configuration.delivery == .exactlyOnce else {
            return try consumer.committed(sources, timeout: .seconds(180))
        }
        return try PositionsReader(target, group: configuration.group)
            .read(sources, timeout: .seconds(60))
    }

    /// A producer for each partition, where exactly-once has to do without the group's positions.
    private static func makeSenders(
        _ configuration: ProxyConfiguration, _ broker: BrokerCheck.Finding, _ log: ClientLog
    ) throws -> PartitionSenders? {
        guard let target = configuration.target, configuration.delivery == .exactlyOnce else {
            return nil
        }
        return try PartitionSenders(
            target, configuration,
            client: configuration.producerClient(mostBatchBytes: broker.mostBatchBytes), log: log)
    }

    private static func makeProducer(
        _ configuration: ProxyConfiguration, _ broker: BrokerCheck.Finding, _ log: ClientLog
    ) throws -> Producer? {
        if configuration.isRecordOnly { return nil }
        let client = configuration.producerClient(mostBatchBytes: broker.mostBatchBytes)
        guard configuration.delivery == .exactlyOnce else {
            return try Producer(client, onEvent: log.note("producer"))
        }
        let producer = try Producer(
            client, transactionalID: configuration.instance,
            onEvent: log.note("producer"))
        do throws(KafkaError) { try producer.initTransactions(timeout: .seconds(60)) } catch {
            if configuration.missingRight(error) != nil { throw error }
            if error.code == .invalidTransactionTimeout {
                let time = configuration.transactionTimeout
                throw ProxyError(
                    .broker,
                    "the broker takes no transactions of \(time) (transaction.timeout.ms); give less with "
                        + "-X transaction.timeout.ms, or raise the broker's transaction.max.timeout.ms"
                )
            }
            throw ProxyError(
                .broker,
                "the broker gives no transactions (\(error.message)); exactly-once needs them, "
                    + "otherwise give --delivery at-least-once")
        }
        return producer
    }

    /// How long a step of a commit may take before the run ends: longer than a broker's restart.
    static let patience = Duration.seconds(120)

    private static func makeCommitting(
        _ configuration: ProxyConfiguration, _ consumer: Consumer, _ producer: Producer?,
        _ senders: PartitionSenders?, _ journal: Journal
    ) -> any Committing {
        let synchronizes = configuration.synchronizes
        if let senders {
            return AcrossClusters(senders, journal, synchronizes: synchronizes, timeout: patience)
        }
        guard let producer else {
            return RecordOnly(consumer, journal, synchronizes: synchronizes, timeout: patience)
        }
        if configuration.delivery == .exactlyOnce {
            return ExactlyOnce(producer, journal, synchronizes: synchronizes, timeout: patience)
        }
        return AtLeastOnce(
            producer, consumer, journal, synchronizes: synchronizes, timeout: patience)
    }

    /// Begins new files, or settles what an earlier run's last transaction came to and goes on.
    private static func openJournal(
        _ configuration: ProxyConfiguration, _ leftover: Journal.Leftover?, _ consumer: Consumer,
        cluster: String, makeRecordingID: () -> String, observer: ProxyObserver
    ) throws -> Journal {
        let id = leftover?.header.recording ?? makeRecordingID()
        let identity = configuration.identity(id, cluster: cluster)
        if let leftover { try checkGroup(leftover, configuration, consumer) }
        guard let leftover else {
            let header = ScheduleHeader(
                recording: id, tool: configuration.tool, plan: configuration.plan,
                mayRepeat: configuration.mayRepeat)
            if let failure = configuration.recordingFailure {
                return Journal(header: header, after: failure)
            }
            return try Journal.create(
                at: configuration.paths, header: header, identity: identity,
                options: configuration.recording)
        }
        var verdict = Journal.Verdict.committed
        if let undecided = leftover.undecided {
            verdict = try self.verdict(on: undecided, recording: id, configuration, consumer)
            // At-least-once cuts nothing: what was written may have been seen.
            let cutsNothing = configuration.mayRepeat
            if cutsNothing && verdict == .aborted { verdict = .inDoubt }
            observer.notice(
                Self.sentence(on: verdict, cutsNothing: cutsNothing), metadata: .event(.resumed))
        }
        return try Journal.resume(
            leftover, at: configuration.paths, verdict: verdict, identity: identity,
            options: configuration.recording)
    }

    private static func verdict(
        on undecided: Checkpoint, recording: String, _ configuration: ProxyConfiguration,
        _ consumer: Consumer
    ) throws -> Journal.Verdict {
        let rules = Positions(group: configuration.group, planDigest: configuration.plan.digest)
        let sources = undecided.positions.keys.sorted()
        guard let target = configuration.target, configuration.delivery == .exactlyOnce else {
            let committed = try consumer.committed(sources, timeout: .seconds(180))
            return try rules.verdict(on: undecided, recording: recording, committed: committed)
        }
        do {
            let reader = try PositionsReader(target, group: configuration.group)
            let committed = try reader.read(sources, timeout: .seconds(2))
            return try rules.verdict(
                on: undecided, recording: recording, committed: committed, isWhole: false)
        } catch let error as KafkaError where error.isRetriable {
            // What a kill left open ends when somebody takes the partition over: the chain tells then.
            return .inDoubt
        }
    }

    private static func sentence(on verdict: Journal.Verdict, cutsNothing: Bool) -> String {
        switch verdict {
        case .committed: "the earlier run's last transaction was committed; going on behind it"
        case .aborted: "the earlier run's last transaction was not committed; it is done again"
        case .inDoubt:
            cutsNothing
                ? "the earlier run's last windows may have been sent; they are sent again"
                : "nobody can tell any more what became of the earlier run's last transaction; "
                    + "it is marked so"
        }
    }
}
