/// One run of a program: virtual time, the tables of what is in flight, and the loop.
///
/// A value without copies whose state lies in flat tables; nothing is allocated, counted or boxed per
/// event. Parts that belong together are extensions in files of their own: arrivals, queues, steps,
/// stores, locks, outcomes, faults.
struct Simulator<Choices: Choosing>: ~Copyable {
    let program: Program
    var choices: Choices
    let observer: ((TraceEntry) -> Void)?

    var now: Int64 = 0
    var queue = EventQueue()
    var fingerprint = Fingerprint()
    var events: UInt64 = 0
    var processes = Table(blank: Process())
    var messages = Table(blank: Message())
    /// Loaded values and their versions, `registers` of each process.
    var values = Column(Int64(0))
    var versions = Column(Int64(-1))
    /// How many accepted changes each loaded value holds.
    var kept = Column(Int64(0))
    /// Choices that were put to each process so far; a number that is given out again goes on counting, so
    /// that no two choices of a run have one place.
    var asked = Column(Int32(0))
    let registers: Int
    /// So many processes have their places in these columns.
    var roomForProcesses = 0

    let operations: UnsafeMutablePointer<Operation>
    let latencies: UnsafeMutablePointer<Latency>
    /// Of steps whose time is exponential, and of sources.
    var ahead = DrawsAhead()
    /// The first operation of each handler and service.
    let starts: UnsafeMutablePointer<Int32>
    let stations: UnsafeMutablePointer<Station>
    let stores: UnsafeMutablePointer<Column<Entity>>
    let locks: UnsafeMutablePointer<Column<LockRow>>
    let sources: UnsafeMutablePointer<SourceState>
    let keyTables: UnsafeMutablePointer<KeyTable>
    /// 0: before the warm-up's end, 1: measured.
    let counts: UnsafeMutablePointer<Counts>
    var inboxes: [Inbox]
    /// Of all handlers' nodes, one after the other.
    let nodes: UnsafeMutablePointer<NodeState>
    let nodeCount: Int
    var faults: [FaultState]
    /// Whether a fault of this topology makes something slower, or cuts something off: if not, nobody asks.
    let isTroubled: Bool
    let nodesJudgeLeases: Bool
    /// Of each node that has one.
    var breakers: [Breaker?]
    /// Whether nodes may be kept from taking messages.
    let watchesListeners: Bool
    /// The handler of each queue.
    let readers: [Int]

    var result: RunResult
    var histogram = OpenHistogram()
    var mostAttempts: Int32 = 0
    var sojourn = Tally()
    var wait = Tally()
    var service = Tally()
    var busyNs = Int128(0)
    /// For attempts that committed.
    var usefulNs = Int128(0)
    var sojournOfAllNs = Int128(0)
    var ownKeyWait = Tally()
    var otherKeyWait = Tally()
    var recovery = Tally()
    /// Of each handler, where there are several.
    let handlerFigures: HandlerFigures
    /// Messages and what was published of them, where anything is.
    let followsChains: Bool
    var chains = Table(blank: Chain())
    var nextStamp: Int32 = 0
    let endToEnd: UnsafeMutablePointer<Spread>
    /// In line behind lanes, all messages; in line for locks, all workers.
    var laneWaitNs = Int128(0)
    var blockedNs = Int128(0)
    /// Of each process.
    var busyTimes = Column(Int64(0))
    /// When a worker last let go of something.
    var lastWork: Int64 = 0
    /// Messages in the system, since when, and the integral of their number.
    var present: Int64 = 0
    var presentSince: Int64 = 0
    /// Messages that are still to come once more.
    var coming: Int64 = 0
    var presentNs = Int128(0)

    let keepsSeries: Bool
    var series = SojournSeries()
    var arrived: Int64 = 0
    let warmUpMessages: Int64
    let warmUpTime: Int64
    let mostMessages: Int64
    let horizon: Int64
    var isOver = false
    /// Who waits within this event for a service to begin; -1: nobody.
    var calling: Int32 = -1
    /// For each handler the latest message of each key that was done; not where every message has a key of
    /// its own.
    let lastDone: UnsafeMutablePointer<Column<Done>>
    let tracksOrder: Bool
    /// Whether messages that end as repeats are judged, and of each handler whether it carries out anything that
    /// is told apart.
    let judgesRepeats: Bool
    let hasDeeds: [Bool]
    var children: Int64 = 0
    /// How many messages have come, from sources and handlers.
    var sequence: Int64 = 0
    var breaks: [Invariant: Break] = [:]
    /// Whether anybody waits for the outcome of messages.
    let hasClients: Bool
    /// Of the keys of a recording, by their bytes; other keys are hashed by their number.
    let keyHashes: [UInt32?]
    /// The topology's invariants that have not been broken so far.
    var unbroken: UInt16
    /// Faults go on only while there is something to strike.
    var openSources = 0
    /// Of handlers in Swift.
    let codes: [any CodeRunning]
    /// What each process's last step came to, where it is not simply done.
    var answers = Column(UInt8(0))
    /// The failure under way is what code said.
    var codeGivesUp = false
    /// Whether any handler commits positions.
    let keepsPositions: Bool
    /// Of each handler whose topic is perturbed.
    var windows: [TopicWindows?]
    let perturbs: Bool
    /// By queue: where its dead letters go (-1: nowhere), and what lies there.
    let deadLetterTargets: [Int32]
    var deadLetterQueues: [DeadLetterQueue]
    let buriesInQueues: Bool
    /// Is told which message of a source will be heard of no more, nor what was published of it.
    var onForget: ((Int64) -> Void)?
    /// Where that is asked for: by the row of a published message, that of the source's message; else -1.
    var roots = Column(Int32(-1))
    /// Deliveries that were taken for lost, and attempts that failed, since a message was last done.
    var redeliveredInVain: Int64 = 0
    var failedInVain: Int64 = 0
    var ticks = Ticks()
    /// By process: what it is inside of beside the lock that it took last, outermost first.
    var outerLocks: [[OuterLock]] = []
    let nestsLocks: Bool
    let writesBlindly: Bool
    /// Messages that lie in dead-letter queues.
    var parked = 0
    let delays: [QueueDelay?]
    let delaysMessages: Bool
    /// Whether any source makes messages without a key.
    let hasKeyless: Bool

    /// - Parameters:
    ///   - cut: how many messages are not measured; nil: the topology's share.
    ///   - keepsSeries: whether each message's time in the system is kept, for finding a cut.
    init(
        _ program: Program, _ choices: Choices, cut given: Int? = nil, keepsSeries: Bool = false,
        observer: ((TraceEntry) -> Void)? = nil
    ) {
        self.keepsSeries = keepsSeries
        let topology = program.topology
        self.program = program
        self.choices = choices
        self.observer = observer
        registers = program.registers
        operations = Self.copied(program.operations)
        latencies = Self.copied(program.latencies)
        for index in program.operations.indices where operations[index].code == .think {
            let (latency, stream) = (Int(operations[index].latency), operations[index].stream)
            operations[index].isConstant = latencies[latency].isConstant
            guard let mean = latencies[latency].exponentialMean else { continue }
            operations[index].ahead = ahead.add(mean: mean, stream)
        }
        endToEnd = .allocate(capacity: 1)
        endToEnd.initialize(to: Spread())
        handlerFigures = HandlerFigures(handlers: program.handlers.count)
        followsChains =
            !program.codes.isEmpty || program.operations.contains { $0.code == .publish }
        starts = Self.copied(program.units.map { Int32($0.first) })
        keyTables = Self.copied(program.keys)
        counts = Self.copied([Counts(), Counts()])
        codes = program.codes.map { $0.runner() }
        result = RunResult(strategy: program.strategy, seed: program.seed)
        nodeCount = program.handlers.reduce(0) { $0 + $1.nodes }
        nodes = .allocate(capacity: max(1, nodeCount))
        nodes.initialize(repeating: NodeState(), count: max(1, nodeCount))
        faults = topology.faults.indices.map { FaultState(program, $0) }
        isTroubled = topology.isTroubled
        breakers = program.handlers.flatMap { handler in
            [Breaker?](repeating: handler.breaker.map(Breaker.init), count: handler.nodes)
        }
        watchesListeners =
            program.handlers.contains { $0.breaker != nil || $0.retry.pause }
            || topology.faults.contains { if case .deploy = $0.kind { true } else { false } }
        nestsLocks = program.nestsLocks
        writesBlindly = program.writesBlindly
        nodesJudgeLeases = topology.settings.lock.clock == .nodes
        inboxes = Inbox.all(of: program, nodes: max(1, nodeCount))
        readers = topology.queues.map { queue in
            topology.handlers.firstIndex { $0.queue == queue.name } ?? 0
        }
        unbroken = topology.invariants.reduce(0) { $0 | $1.bit }
        let most = topology.sources.compactMap(\.keys.count).max() ?? 1
        stores = .allocate(capacity: max(1, topology.stores.count))
        for (index, store) in topology.stores.enumerated() {
            (stores + index).initialize(
                to: Column(Entity(value: store.initial), count: store.entities ?? most))
        }
        locks = .allocate(capacity: max(1, program.locks.count))
        for index in program.locks.indices {
            (locks + index).initialize(to: Column(LockRow(), count: most))
        }
        stations = .allocate(capacity: max(1, program.handlers.count))
        for (index, handler) in program.handlers.enumerated() {
            let queue = topology.queues.first { $0.name == handler.queue }
            (stations + index).initialize(to: Station(handler, queue))
            let first = program.handlers[..<index].reduce(0) { $0 + $1.nodes }
            stations[index].nodes = Int32(first)..<Int32(first + handler.nodes)
        }
        let limits = topology.sources.compactMap(\.mostMessages)
        let total = limits.count == topology.sources.count ? limits.reduce(0, +) : nil
        let planned = [topology.run.messages, total].compactMap { $0 }.min()
        mostMessages = Int64(topology.run.messages ?? Int.max)
        let limit = topology.run.time?.nanoseconds ?? Int64.max
        horizon = limit
        let share = topology.run.warmUp
        func cut(_ whole: Int64) -> Int64 {
            Int64(Int128(whole) * Int128(share.numerator) / Int128(share.denominator))
        }
        // Whichever ends the run, messages or time: the share of what comes first.
        let isTimed = given == nil && limit != .max
        warmUpMessages =
            given.map { Int64($0) } ?? planned.map { cut(Int64($0)) } ?? (isTimed ? .max : 0)
        warmUpTime = isTimed ? cut(limit) : .max
        lastDone = .allocate(capacity: max(1, program.handlers.count))
        for index in program.handlers.indices {
            (lastDone + index).initialize(to: Column(Done(), count: most))
        }
        judgesRepeats = topology.invariants.contains(.allHandledOrDead) && !topology.inboxes.isEmpty
        hasDeeds = program.handlersWithDeeds
        tracksOrder = !topology.sources.contains { $0.keys == .fresh }
        windows = program.handlers.map { handler in
            let queue = topology.queues.first { $0.name == handler.queue }
            return queue?.perturb.map {
                TopicWindows(
                    $0, topic: handler.queue, partitions: queue?.partitions ?? 1,
                    seed: program.seed)
            }
        }
        perturbs = topology.queues.contains { $0.perturb != nil }
        keepsPositions = program.handlers.contains { $0.commit != nil }
        deadLetterTargets = topology.queues.map { queue in
            Int32(topology.queues.firstIndex { $0.name == queue.deadLetterQueue } ?? -1)
        }
        deadLetterQueues = DeadLetterQueue.all(of: program)
        buriesInQueues = topology.queues.contains { $0.deadLetterQueue != nil }
        delays = QueueDelay.all(of: program)
        delaysMessages = topology.queues.contains { !$0.delay.isZero }
        hasClients = topology.sources.contains { source in
            if case .closed = source.arrivals { true } else { false }
        }
        keyHashes = topology.keyHashes
        hasKeyless =
            topology.sources.contains { $0.withoutKey != .zero }
            || topology.keyHashes.contains(nil)
        sources = .allocate(capacity: max(1, topology.sources.count))
        start()
    }

    deinit {
        operations.deallocate()
        latencies.deinitialize(count: program.latencies.count)
        latencies.deallocate()
        starts.deallocate()
        stations.deinitialize(count: program.handlers.count)
        stations.deallocate()
        lastDone.deinitialize(count: program.handlers.count)
        lastDone.deallocate()
        stores.deinitialize(count: program.topology.stores.count)
        stores.deallocate()
        locks.deinitialize(count: program.locks.count)
        locks.deallocate()
        sources.deallocate()
        keyTables.deinitialize(count: program.keys.count)
        keyTables.deallocate()
        nodes.deallocate()
        handlerFigures.deallocate()
        endToEnd.deinitialize(count: 1)
        endToEnd.deallocate()
        counts.deinitialize(count: 2)
        counts.deallocate()
    }

    private static func copied<Element>(_ array: [Element]) -> UnsafeMutablePointer<Element> {
        let pointer = UnsafeMutablePointer<Element>.allocate(capacity: max(1, array.count))
        for (index, element) in array.enumerated() { (pointer + index).initialize(to: element) }
        return pointer
    }

    // MARK: The loop

    /// Runs to the end: nothing is left to happen, the horizon is reached, or a backlog has run out.
    ///
    /// - Complexity: O(events x log(what is in flight))
    mutating func run() {
        while let event = queue.pop() {
            if event.time > horizon {
                now = horizon
                break
            }
            let process = Int32(truncatingIfNeeded: event.payload)
            guard processes[process].awaited == event.sequence else { continue }
            now = event.time
            events &+= 1
            fingerprint.mix(UInt64(bitPattern: event.time) ^ UInt64(event.payload) << 40)
            resume(process)
            if isOver { break }
        }
        if horizon != Int64.max && !isOver { now = max(now, horizon) }
    }

    @inline(__always)
    private mutating func resume(_ process: Int32) {
        processes[process].awaited = 0
        switch processes[process].kind {
        case .worker, .server: wake(process)
        case .source: arrive(process)
        case .delayed: redeliver(process)
        case .visibility: timeOutDelivery(process)
        case .lease: renewOrExpire(process)
        case .fault: strike(process)
        case .relief: relieve(process)
        case .suspicion: deliverAgain(process)
        case .copy: arriveAgain(process)
        case .client: send(process)
        case .chore: carryOutChore(process)
        }
    }
}
