import Foundation
import KafkaClient
import Metrics
import Records

/// One trial on a running system: a broker and a folder of its own, the system started, fed, watched until
/// it is quiet, observed and stopped. For one thread; many may go on side by side.
final class TrialRun {
    let hunt: Hunt
    let system: SystemUnderTest
    let place: TrialPlace
    let broker: any TrialBroker
    let producer: Producer
    /// Reads outputs and asks for the group's positions; it is no member. nil once the trial is over: librdkafka
    /// 2.0.2 never ends a client that still holds records of a partition that was removed (its pull request 4724),
    /// so it ends before its topics do.
    var reader: Consumer?
    let processGuard: ProcessGuard
    let pause: @Sendable (UInt32) -> Void
    let shouldStop: @Sendable () -> Bool
    var copies: [SystemCopy] = []
    /// Of an external system, with what they started.
    var hooks: [SystemProcess] = []
    var sinks: [String: HTTPSink] = [:]
    var observed: [String: [Record]] = [:]
    var outputs: [String: String] = [:]
    var fed: [FeedSequence.Item] = []
    /// Ends of the input's partitions, as they were fed.
    var ends: [TopicPartition: Offset] = [:]
    var committed: [TopicPartition: Offset] = [:]
    var commits = false
    var committing = Committing.unknown
    /// It shows what the system does by itself.
    var isBaseline = false
    /// What the next fault at a moment knows of the time before its delivery.
    var trap: MomentTrap?
    /// Ends of the outputs, as the broker named them last.
    var lastEnds: [Int64] = []
    /// How long it took for that.
    var answerTime = Duration.zero
    /// How long deliveries have waited for their turn.
    var turnTime = Duration.zero
    /// Copies that were started while it went on and are not ready yet.
    var restarts: [Restart] = []
    /// In ``now``, like all that is held against a limit.
    var lastActivity = ContinuousClock.now
    var ending: TrialOutcome.Ending?
    var cpuMs = 0
    private let begin = ContinuousClock.now
    private var readyMs = 0
    private var complaints: [String] = []
    private var time = RunningTime()
    /// An observed command or a hook that runs.
    var asked: SystemProcess?
    private(set) var standstillMs = 0
    /// The system ran on for longer than it was to when the moment of a fault came.
    var isLateToLook = false

    /// - Parameter pause: how this thread waits while the system runs some microseconds.
    init(
        _ hunt: Hunt, _ system: SystemUnderTest, place: TrialPlace,
        guardedBy processGuard: ProcessGuard, pause: @escaping @Sendable (UInt32) -> Void,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        self.pause = pause
        self.hunt = hunt
        self.system = system
        self.place = place
        self.processGuard = processGuard
        self.shouldStop = shouldStop
        broker = try place.broker(for: hunt)
        var clients = broker.clients
        // What is fed is acknowledged one by one: nothing waits for company.
        clients.set("linger.ms", to: "0")
        clients.set("auto.offset.reset", to: "earliest")
        clients.set("fetch.wait.max.ms", to: "50")
        producer = try Producer(clients)
        reader = try Consumer(clients, group: broker.group(system.group))
    }

    /// The first half, where nothing is fed before the system is ready: it may be done long before ``run(_:)``.
    func start() throws {
        do {
            try prepare()
            try startSystem()
            readyMs = begin.duration(to: .now).wholeMilliseconds
        } catch {
            endAll()
            throw error
        }
    }

    /// Feeds, watches and ends it.
    func run(_ feed: FeedSequence) throws -> TrialOutcome {
        let start = ContinuousClock.now
        time.begin()
        do {
            defer { endAll() }
            if hunt.input.when == .before {
                try prepare()
                try feedAll(feed)
                try startSystem()
                readyMs = begin.duration(to: .now).wholeMilliseconds
            }
            if ending == nil {
                if hunt.input.when == .ready { try feedAll(feed) }
                try settle()
                try observeRunning()
                stopCopies()
                try observeStopped()
            }
            // While connections of this process are there to be told from the system's.
            complaints = broker.complaints
        }
        return TrialOutcome(
            ending: ending ?? .settled, observed: observed, fed: fed, unread: unread,
            commits: commits, complaints: complaints, folder: place.folder,
            readyMs: readyMs, wallMs: readyMs + start.duration(to: .now).wholeMilliseconds,
            cpuMs: cpuMs, standstillMs: standstillMs, isLateToLook: isLateToLook)
    }

    /// Ends a trial that was started and is not wanted.
    func discard() {
        endAll()
        try? FileManager.default.removeItem(atPath: place.folder)
    }

    /// One turn of everything that goes on meanwhile: outputs are read, deliveries served, ends of copies
    /// noticed. Waits up to `wait` for an output.
    func turn(_ wait: Duration) throws {
        if shouldStop() { throw HuntError(.stopped, "stopped") }
        noteTime()
        broker.poll()
        producer.poll()
        guard let reader else { return }
        let seen = try reader.poll(timeout: wait, max: 10_000) { _ in
        } records: { message in
            let source = reader.partition(ofSlot: message.slot)
            var block = RecordBlock(source: source)
            try message.append(to: &block, arrivalNs: 0)
            let name = outputs[source.topic] ?? source.topic
            observed[name, default: []].append(block.record(at: 0))
        }
        if seen > 0 { noteActivity() }
        for copy in copies where ending == nil { noteEnd(of: copy) }
    }

    /// The moment in the system's own time: ``RunningTime``.
    var now: ContinuousClock.Instant { time.now }

    func noteActivity() { lastActivity = now }

    /// Where this process itself was not run for a while, the system hardly was: that is no silence of its own.
    func noteTime() {
        let processes = copies.compactMap { $0.process?.pid } + [asked?.pid].compactMap(\.self)
        guard let stood = time.turn(processes) else { return }
        standstillMs += stood.wholeMilliseconds
        noteActivity()
    }

    private func noteEnd(of copy: SystemCopy) {
        guard !copy.isExpectedToEnd, let process = copy.process, process.hasEnded,
            let exit = process.exit
        else { return }
        cpuMs += process.cpuMs
        copy.process = nil
        // A program that reads its input and is done has ended well.
        if exit == .code(0) { return noteActivity() }
        ending = .crashed("copy \(copy.number) \(exit.inWords)\(lastWords(of: copy))")
    }

    /// The last line that a copy wrote, which often says why.
    private func lastWords(of copy: SystemCopy) -> String {
        let line = lastLine(of: copy)
        return line.isEmpty ? "" : "; it said last: \(line)"
    }

    func lastLine(of copy: SystemCopy) -> String {
        let data = FileManager.default.contents(atPath: place.log(of: copy.number)) ?? Data()
        let text = String(decoding: data.suffix(4000), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) } ?? ""
    }

    func wait(_ time: Duration) throws {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end && ending == nil {
            try turn(min(.milliseconds(2), ContinuousClock.now.duration(to: end)))
        }
    }

    private func endAll() {
        for copy in copies {
            if let process = copy.process {
                process.end()
                cpuMs += process.cpuMs
            }
            copy.process = nil
        }
        for hook in hooks { hook.end() }
        hooks = []
        Strays.end(place.mark)
        sinks = [:]
        try? reader?.close()
        reader = nil
        broker.close()
    }
}

extension Duration {
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
