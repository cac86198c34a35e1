import Configuration

/// A topology under one strategy, resolved to flat tables: all that runs of any seed share, apart from the
/// random streams, whose keys hold the seed.
struct Program {
    /// A handler or a service.
    struct Unit {
        var name: String
        var first: Int
        /// By ``FailureKind``; a service has none.
        var retries: [RetryTable] = []
        var isCode = false
    }

    let topology: Topology
    let strategy: Strategy
    /// Handlers in their order, then services.
    private(set) var units: [Unit] = []
    private(set) var operations: [Operation] = []
    private(set) var latencies: [Latency] = []
    private(set) var retries: [RetryEntry] = []
    /// What traces and choices call the operations.
    private(set) var sites: [String] = []
    /// Inboxes and effects and locks, in the order of their first use.
    private(set) var inboxes: [String] = []
    private(set) var effects: [String] = []
    private(set) var locks: [String] = []
    private(set) var registers = 1
    /// Steps whose repetition matters.
    private var deeds: UInt64 = 0
    private(set) var seed: String
    private(set) var handlers: [Handler] = []
    /// By name, and in the order of the handlers that are code.
    private let code: [String: any HandlerCode]
    private(set) var codes: [any HandlerCode] = []
    /// Where each label's step begins, of each of those.
    private(set) var codeStarts: [[CodeStart]] = []
    let keys: [KeyTable]

    init(
        _ topology: Topology, strategy: Strategy, seed: String,
        code: [String: any HandlerCode] = [:]
    ) {
        self.code = code
        self.topology = topology
        self.strategy = strategy
        self.seed = seed
        keys = topology.sources.map { KeyTable($0.keys) }
        for handler in topology.handlers {
            if let code = code[handler.name] {
                compile(code, handler)
                continue
            }
            let resolved = handler.resolved(under: strategy, topology.settings)
                .withOutbox().withCommitSteps()
            handlers.append(resolved)
            compile(resolved.steps, name: handler.name, retry: handler.retry)
        }
        for service in topology.services {
            compile(service.steps, name: service.name, retry: nil)
        }
    }

    /// The same program under another seed.
    func seeded(_ seed: String) -> Program {
        if seed == self.seed { return self }
        return Program(topology, strategy: strategy, seed: seed, code: code)
    }

    func stream(_ name: String) -> RandomStream { RandomStream(seed: seed, name: name) }

    // MARK: Compiling

    private mutating func compile(_ steps: [Step], name: String, retry: RetryPolicies?) {
        var unit = Unit(name: name, first: operations.count)
        var counts: [String: Int] = [:]
        var loaded: [String: Int32] = [:]
        var least: Int64?
        let last = steps.lastEffectBehindCommit
        for (index, step) in steps.enumerated() {
            var place = 0
            let word = step.word
            place = counts[word, default: 0]
            counts[word] = place + 1
            let site = "\(name)/\(word)" + (place > 0 ? "[\(place)]" : "")
            append(step, site, &loaded, &least)
            if steps.isEarlyCommit(at: index) { operations[operations.count - 1].amount = 1 }
            if index == last { add(.carriedOut, "\(site)/done") }
        }
        add(.end, "\(name)/end")
        if let retry {
            unit.retries = FailureKind.allCases.map { kind in
                table(retry[kind], "\(name)/retry/\(kind)")
            }
        }
        units.append(unit)
    }

    /// The lock that the strategy asks for, code that begins, and each label's step with code behind it.
    private mutating func compile(_ code: any HandlerCode, _ handler: Handler) {
        var unit = Unit(name: handler.name, first: operations.count, isCode: true)
        let steps = code.steps
        var resolved = handler
        resolved.steps = steps.map(\.step)
        resolved = resolved.resolved(under: strategy, topology.settings)
        handlers.append(resolved)
        let number = Int32(codes.count)
        codes.append(code)
        codeStarts.append([])
        var loaded: [String: Int32] = [:]
        var least: Int64?
        if !steps.contains(where: { $0.step.word == "acquire" }),
            let lock = resolved.steps.first(where: { $0.word == "acquire" })
        {
            append(lock, "\(handler.name)/acquire", &loaded, &least)
        }
        func ask(_ site: String, after label: Int32) {
            add(.code, site) { operation, _ in
                operation.object = number
                operation.register = label
            }
        }
        ask("\(handler.name)/begin", after: -1)
        var counts: [String: Int] = [:]
        for (index, step) in steps.enumerated() {
            let place = counts[step.step.word, default: 0]
            counts[step.step.word] = place + 1
            let site = "\(handler.name)/\(step.step.word)" + (place > 0 ? "[\(place)]" : "")
            let first = operations.count
            least = step.least
            append(step.step, site, &loaded, &least)
            var start = CodeStart(first: Int32(first))
            if operations.count > first {
                operations[operations.count - 1].isOfCode = true
                start.register = Int(operations[operations.count - 1].register)
                start.isLoad = step.step.word == "load"
            }
            codeStarts[Int(number)].append(start)
            ask("\(site)/next", after: Int32(index))
        }
        add(.end, "\(handler.name)/end")
        unit.retries = FailureKind.allCases.map { kind in
            table(handler.retry[kind], "\(handler.name)/retry/\(kind)")
        }
        units.append(unit)
    }

    private mutating func table(_ policy: RetryPolicy, _ site: String) -> RetryTable {
        let first = retries.count
        var before: RetryEntry?
        for (index, action) in policy.actions.enumerated() {
            let stream = stream("\(site)/\(index)")
            let entry: RetryEntry
            switch action {
            case .requeue: entry = RetryEntry(.requeue, latency: -1, stream)
            case .pause(let time): entry = RetryEntry(.pause, latency: add(time), stream)
            case .inline(let delay): entry = self.entry(.inline, delay, index, before, stream)
            case .schedule(let delay): entry = self.entry(.schedule, delay, index, before, stream)
            }
            retries.append(entry)
            before = entry
        }
        return RetryTable(
            first: Int32(first), count: Int32(policy.actions.count), repeats: policy.repeats,
            discards: policy.ending == .discard)
    }

    private mutating func entry(
        _ code: RetryEntry.Code, _ delay: RetryDelay, _ index: Int, _ before: RetryEntry?,
        _ stream: RandomStream
    ) -> RetryEntry {
        var entry = RetryEntry(code, latency: add(delay.time), stream)
        switch delay.jitter {
        case .none: break
        case .full: entry.jitter = .full
        case .equal: entry.jitter = .equal
        case .decorrelated(let baseUs, let capUs):
            // One chain of delays has one stream.
            if let before, before.jitter == .decorrelated, before.code == code {
                entry = RetryEntry(code, latency: entry.latency, before.stream)
                entry.first = before.first
            } else {
                entry.first = Int32(index)
            }
            entry.jitter = .decorrelated
            entry.base = baseUs * 1000
            entry.cap = min(Latency.longest, Int64(clamping: Int128(capUs) * 1000))
        }
        entry.keepsTurn = delay.keepsTurn
        return entry
    }

    private mutating func append(
        _ step: Step, _ site: String, _ loaded: inout [String: Int32], _ least: inout Int64?
    ) {
        switch step {
        case .think(let time, let drawn):
            think(time, site, perMessage: drawn == .perMessage)
        case .thinkBySize(let time):
            let latency = add(time)
            add(.think, site) { operation, _ in
                operation.latency = latency
                operation.isBySize = true
            }
        case .load(let store):
            let register = loaded[store] ?? Int32(loaded.count)
            loaded[store] = register
            registers = max(registers, Int(register) + 1)
            storeLatency(store, site)
            add(.load, site) {
                $0.object = $1.store(store)
                $0.register = register
                $0.fencing = $1.fencing
            }
        case .check(let value):
            least = value
            add(.check, site) { operation, _ in operation.amount = value }
        case .change(let value):
            add(.change, site) { operation, _ in operation.amount = value }
        case .store(let store, let mode):
            let register = loaded[store] ?? 0
            let minimum = least ?? Int64.min
            storeLatency(store, site)
            add(.store, site) {
                $0.object = $1.store(store)
                $0.register = register
                $0.mode = $1.mode(mode)
                $0.fencing = $1.fencing
                $0.amount = minimum
                $0.stock = max(0, $1.topology.stores[Int($0.object)].initial)
            }
        case .fail(let ratio):
            add(.fail, site) { operation, _ in operation.probability = ratio.threshold }
        case .effect(let name, let once):
            let object = Self.index(of: name, in: &effects)
            let inbox = once.map { Self.index(of: $0, in: &inboxes) } ?? -1
            add(.effect, site) { operation, _ in
                operation.object = object
                operation.register = inbox
            }
        case .call(let call):
            add(.call, site) {
                $0.object = Int32($1.topology.services.firstIndex { $0.name == call.service } ?? 0)
                $0.amount = call.timeout?.nanoseconds ?? 0
                $0.probability = call.lostRequests.threshold
                $0.otherProbability = call.lostReplies.threshold
            }
        case .lookUp(let inbox):
            let object = Self.index(of: inbox, in: &inboxes)
            add(.lookUp, site) { operation, _ in operation.object = object }
        case .note(let inbox):
            let object = Self.index(of: inbox, in: &inboxes)
            add(.note, site) { operation, _ in operation.object = object }
        case .acquire(let lock, let term):
            let object = Self.index(of: lock, in: &locks)
            add(.acquire, site) {
                $0.object = object
                $0.amount = term.ttl?.nanoseconds ?? 0
                $0.renewal = term.renewal?.nanoseconds ?? 0
                $0.endsWithHolder = $1.strategy == .rowLock
            }
        case .release(let lock):
            let object = Self.index(of: lock, in: &locks)
            add(.release, site) { operation, _ in operation.object = object }
        case .publish(let queue, let way):
            let latency = way.after == .constant(us: 0) ? -1 : add(way.after)
            add(.publish, site) {
                $0.object = Int32($1.topology.queues.firstIndex { $0.name == queue } ?? 0)
                $0.latency = latency
                $0.probability = way.twice.threshold
            }
        case .commit(let takes):
            think(takes, "\(site)/takes")
            add(.commit, site)
        }
    }

    private mutating func think(
        _ time: DurationDistribution, _ site: String, perMessage: Bool = false
    ) {
        if time == .constant(us: 0) { return }
        let latency = add(time)
        add(.think, site) { operation, _ in
            operation.latency = latency
            operation.isPerMessage = perMessage
        }
    }

    private mutating func storeLatency(_ store: String, _ site: String) {
        guard let index = topology.stores.firstIndex(where: { $0.name == store }) else { return }
        let store = topology.stores[index]
        if store.latency == .constant(us: 0) && !topology.canDelay(store) { return }
        let latency = add(store.latency)
        add(.think, "\(site)/latency") { operation, _ in
            operation.latency = latency
            operation.isRemote = true
            operation.object = Int32(index)
            operation.amount = store.timeout?.nanoseconds ?? 0
        }
    }

    private mutating func add(
        _ code: Operation.Code, _ site: String,
        _ change: (inout Operation, Program) -> Void = { _, _ in }
    ) {
        var operation = Operation(code: code, stream: stream(site))
        operation.site = Int32(sites.count)
        if code == .store || code == .effect || code == .publish {
            operation.deed = deeds < 64 ? 1 << deeds : 0
            deeds += 1
        }
        change(&operation, self)
        sites.append(site)
        operations.append(operation)
    }

    private mutating func add(_ distribution: DurationDistribution) -> Int32 {
        latencies.append(Latency(distribution))
        return Int32(latencies.count - 1)
    }

    private static func index(of name: String, in names: inout [String]) -> Int32 {
        if let index = names.firstIndex(of: name) { return Int32(index) }
        names.append(name)
        return Int32(names.count - 1)
    }

    private func store(_ name: String) -> Int32 {
        Int32(topology.stores.firstIndex { $0.name == name } ?? 0)
    }

    private var fencing: Operation.Fencing {
        guard strategy == .lock else { return .none }
        switch topology.settings.lock.fencing {
        case .none: return .none
        case .load: return .load
        case .store: return .store
        }
    }

    private func mode(_ mode: Step.StoreMode) -> Operation.Mode {
        switch mode {
        case .value: .value
        case .delta: .delta
        case .versioned: .versioned
        case .conditional: .conditional
        case .strategy:
            switch strategy {
            case .optimistic: .versioned
            case .atomic: .conditional
            case .naive, .partitioned, .lock, .rowLock, .actor: .value
            }
        }
    }
}

extension Step {
    /// Its name in files.
    var word: String {
        switch self {
        case .think, .thinkBySize: "think"
        case .load: "load"
        case .check: "check"
        case .change: "change"
        case .store: "store"
        case .fail: "fail"
        case .effect: "effect"
        case .call: "call"
        case .lookUp: "lookUp"
        case .note: "note"
        case .acquire: "acquire"
        case .release: "release"
        case .publish: "publish"
        case .commit: "commit"
        }
    }
}

extension Ratio {
    /// Of 2^64, a probability of 1 being the greatest number: a draw is below it or, for 1, equal.
    var threshold: UInt64 {
        if self >= .one { return .max }
        let scaled = UInt128(numerator) << 64 / UInt128(denominator)
        return UInt64(truncatingIfNeeded: scaled)
    }
}
