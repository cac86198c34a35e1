import Foundation
import KafkaClient
import Records
import Results
import Synchronization

/// Runs trials that a hunt orders over Kafka. Workers of one prefix are one consumer group: each order goes to one
/// of them, and to another where that one ends before it has answered.
public final class HuntWorker {
    /// A trial's end, as its thread tells it.
    struct Finished: Sendable {
        var key: OrderLedger.Key
        var answer: TrialAnswer?
        /// What is wrong with this worker rather than with the trial.
        var failure: (any Error)?
    }

    let document: HuntDocument
    let topics: HuntTopics
    let bench: TrialBench
    let width: Int
    let name: String
    let identity: String
    let tell: (String) -> Void
    let writer: TopicWriter
    let consumer: Consumer
    private let runs: TopicReader
    private let shouldStop: @Sendable () -> Bool
    private let isEnding: Ending
    /// Trials of the run that goes on.
    var run: HuntRun
    var notice: RunNotice?
    var ledger = OrderLedger()
    var queue: [TrialOrder] = []
    var running: Set<OrderLedger.Key> = []
    var answered: Set<OrderLedger.Key> = []
    let finished = Finishes()
    /// Trials that were answered.
    public private(set) var trials = 0
    private var hasServed = false

    final class Finishes: Sendable {
        let list = Mutex<[Finished]>([])
    }

    private final class Ending: Sendable {
        let isRaised = Atomic<Bool>(false)
    }

    /// - Parameters:
    ///   - folder: trials have theirs in it.
    ///   - width: trials at a time.
    ///   - name: how answers name this worker.
    ///   - tell: takes sentences for whoever watches.
    /// - Throws: `KafkaError`, `ConfigurationError`, `HuntError` where file, folder or cluster will not do.
    public init(
        _ document: HuntDocument, topics: HuntTopics, folder: String, width: Int, name: String,
        tell: @escaping (String) -> Void, shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let ending = Ending()
        self.document = document
        self.topics = topics
        self.width = max(1, width)
        self.name = name
        self.tell = tell
        self.shouldStop = shouldStop
        isEnding = ending
        identity = try document.identity()
        bench = try TrialBench(
            document.hunt, folder: folder,
            shouldStop: { shouldStop() || ending.isRaised.load(ordering: .relaxed) })
        run = try Self.run(document, bench, width)
        let counts = try topics.prepare()
        writer = try TopicWriter(topics.client)
        runs = try TopicReader(topics.client, HuntTopics.all(topics.runs, counts[topics.runs]))
        consumer = try Consumer(Self.member(topics.client), group: topics.group)
    }

    private static func run(
        _ document: HuntDocument, _ bench: TrialBench, _ width: Int
    ) throws -> HuntRun {
        // What counts is stored by the hunt.
        let results = try TrialResults(path: ":memory:", identity: "worker")
        return try HuntRun(document, bench: bench, results: results, width: width)
    }

    /// A worker that was killed is missed after ten seconds, unless the client's properties say otherwise.
    private static func member(_ client: ClientConfiguration) -> ClientConfiguration {
        var client = client
        let defaults = [
            ("session.timeout.ms", "10000"), ("heartbeat.interval.ms", "1000"),
            // Few trials lie in neighbouring partitions: neighbours go to different workers.
            ("partition.assignment.strategy", "roundrobin"),
        ]
        for (name, value) in defaults where client[name] == nil { client.set(name, to: value) }
        client.set("enable.auto.commit", to: "false")
        client.set("auto.offset.reset", to: "earliest")
        client.set("fetch.wait.max.ms", to: "100")
        return client
    }

    /// Works until the hunt is over or somebody asks for the end.
    ///
    /// - Parameter stays: waits for a next hunt with the same file then.
    /// - Throws: `HuntError`: the system does not work here, the hunt is another one; `KafkaError`. Orders that
    ///   are not answered go to other workers.
    public func work(stays: Bool) throws {
        defer {
            isEnding.isRaised.store(true, ordering: .relaxed)
            // Threads end their trials: nothing of them is left when this returns.
            while !running.isEmpty {
                for end in takeFinished() { running.remove(end.key) }
                usleep(5000)
            }
            try? consumer.close()
        }
        try bench.build()
        // A machine on which the system does not work takes no order.
        _ = try run.baselineEvidence(under: run.baselineInput())
        try readRuns()
        try consumer.subscribe(to: [topics.trials])
        tell(notice == nil ? "ready, waiting for a hunt" : "ready")
        while !shouldStop() {
            for record in try runs.next(within: .zero) {
                try follow(try HuntMessage.read(RunNotice.self, record))
            }
            if hasServed, notice == nil, !stays { return }
            try poll()
            startQueued()
            try answerFinished()
            commit()
        }
    }

    // MARK: Runs

    /// What was told last counts.
    func readRuns() throws {
        var last: RunNotice?
        try runs.readToEnd(shouldStop: shouldStop) { record in
            last = try HuntMessage.read(RunNotice.self, record)
        }
        if let last { try follow(last) }
    }

    private func follow(_ new: RunNotice) throws {
        guard new.state == .begun else {
            if new.run == notice?.run { notice = nil }
            return
        }
        guard new.hunt == identity else {
            throw HuntError(
                .input,
                "the hunt on \(topics.prefix).* was begun with another \(new.file): its text, its --set or its "
                    + "recording differ from \(document.path) here; give both the same, or name "
                    + "other topics with --via-prefix")
        }
        if new.run != notice?.run {
            if hasServed { run = try Self.run(document, bench, width) }
            answered = []
            queue = []
        }
        hasServed = true
        notice = new
        run.quarantine.withLock { $0 = new.signatures }
    }

    // MARK: Answers

    func takeFinished() -> [Finished] {
        finished.list.withLock { list in
            defer { list = [] }
            return list
        }
    }

    /// An order is done with once its answer is acknowledged.
    private func answerFinished() throws {
        let ends = takeFinished()
        for end in ends { running.remove(end.key) }
        if let failure = ends.lazy.compactMap(\.failure).first { throw failure }
        let answers = ends.compactMap(\.answer)
        try writer.write(
            try answers.map { ("\($0.run)/\($0.number)", try HuntMessage.bytes($0), 0) },
            to: topics.results)
        for answer in answers {
            let key = OrderLedger.Key(run: answer.run, number: answer.number)
            trials += 1
            answered.insert(key)
            ledger.finish(key)
            tell("trial \(answer.number): \(answer.summary?.verdict ?? answer.error ?? "")")
        }
    }
}
