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
    /// - Throws: `ProxyError` for what is refused, `KafkaError` and `ConfigurationError` for the client,
    ///   `RecordingError` for the files.
    public static func open(
        _ configuration: ProxyConfiguration, observer: ProxyObserver,
        makeRecordingID: () -> String
    ) throws -> Proxy {
        try check(configuration)
        let onEvent: (ClientEvent) -> Void = { event in
            switch event {
            case .log(let line): observer.notice(line.description)
            case .error(let error): observer.notice(error.description)
            case .statistics: break
            }
        }
        let cluster = try BrokerCheck(configuration, onEvent: onEvent).run()
        let consumer = try Consumer(
            configuration.client, group: configuration.group, onEvent: onEvent)
        let isExactlyOnce = configuration.delivery == .exactlyOnce
        let producer = try Producer(
            configuration.client, transactionalID: isExactlyOnce ? configuration.instance : nil,
            onEvent: onEvent)
        if isExactlyOnce { try initTransactions(producer) }
        let (journal, settled) = try openJournal(
            configuration, consumer, cluster: cluster, makeRecordingID: makeRecordingID,
            observer: observer)
        let timeout = Duration.seconds(60)
        let committing: any Committing =
            isExactlyOnce
            ? ExactlyOnce(producer, timeout: timeout)
            : AtLeastOnce(producer, consumer, timeout: timeout)
        return Proxy(
            configuration, consumer: consumer, producer: producer, journal: journal,
            committing: committing, settledBefore: settled, observer: observer)
    }

    private static func check(_ configuration: ProxyConfiguration) throws(ProxyError) {
        if configuration.routes.isEmpty {
            throw ProxyError(.refused, "no topic to read; give one with --in and --out")
        }
        try configuration.shadow.check(
            outputs: configuration.routes.map(\.output), inputs: configuration.routes.map(\.input))
    }

    private static func initTransactions(_ producer: Producer) throws {
        do {
            try producer.initTransactions(timeout: .seconds(60))
        } catch {
            throw ProxyError(
                .broker,
                "the broker gives no transactions (\(error)); exactly-once needs them, otherwise "
                    + "--delivery at-least-once")
        }
    }

    /// Begins new files, or settles what an earlier run's last transaction came to and goes on.
    private static func openJournal(
        _ configuration: ProxyConfiguration, _ consumer: Consumer, cluster: String,
        makeRecordingID: () -> String, observer: ProxyObserver
    ) throws -> (Journal, settled: Set<TopicPartition>) {
        let topics = configuration.routes.map(\.input)
        guard let leftover = try Journal.leftover(at: configuration.paths) else {
            let id = makeRecordingID()
            let header = ScheduleHeader(
                recording: id, tool: configuration.tool, plan: configuration.plan)
            let journal = try Journal.create(
                at: configuration.paths, header: header,
                identity: RecordingIdentity(
                    id: id, tool: configuration.tool, cluster: cluster, subscriptions: topics),
                options: configuration.recording)
            return (journal, [])
        }
        guard leftover.header.plan == configuration.plan else {
            throw ProxyError(
                .refused,
                "\(configuration.paths.schedule ?? "") was written under another plan (seed "
                    + "\"\(leftover.header.plan.seed)\"); give new files, or the plan it began with"
            )
        }
        var verdict = Journal.Verdict.committed
        var settled = leftover.settledSources
        if let undecided = leftover.undecided {
            let committed = try consumer.committed(
                undecided.positions.keys.sorted(), timeout: .seconds(60))
            verdict = Positions.verdict(
                on: undecided, recording: leftover.header.recording, committed: committed)
            // At-least-once cuts nothing: what was written may have been emitted.
            if configuration.delivery == .atLeastOnce && verdict == .aborted { verdict = .inDoubt }
            if verdict == .committed { settled.formUnion(undecided.positions.keys) }
            observer.notice("the last transaction of the earlier run: \(verdict)")
        }
        let identity = RecordingIdentity(
            id: leftover.header.recording, tool: configuration.tool, cluster: cluster,
            subscriptions: topics)
        let journal = try Journal.resume(
            leftover, at: configuration.paths, verdict: verdict, identity: identity,
            options: configuration.recording)
        return (journal, settled)
    }
}
