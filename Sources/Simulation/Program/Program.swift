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
    var retries: [RetryEntry] = []
    /// What traces and choices call the operations.
    private(set) var sites: [String] = []
    /// Inboxes and effects and locks, in the order of their first use.
    var inboxes: [String] = []
    var effects: [String] = []
    var locks: [String] = []
    var registers = 1
    /// A handler writes a store that it did not load.
    var writesBlindly = false
    /// A handler takes a lock inside of another one.
    var nestsLocks = false
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
        let locks = EntityLocks(
            topology.handlers,
            topology.handlers.map { code[$0.name]?.steps.map(\.step) ?? $0.steps })
        for (index, handler) in topology.handlers.enumerated() {
            if let code = code[handler.name] {
                compile(code, handler, lock: locks[index])
                continue
            }
            let resolved = handler.resolved(
                under: strategy, topology.settings, lock: locks[index]
            ).withOutbox().withCommitSteps()
            handlers.append(resolved)
            compile(
                resolved.steps, name: handler.name, retry: handler.retry, lock: locks[index])
        }
        for service in topology.services {
            compile(service.steps, name: service.name, retry: nil, lock: "")
        }
    }

    /// The same program under another seed.
    func seeded(_ seed: String) -> Program {
        if seed == self.seed { return self }
        return Program(topology, strategy: strategy, seed: seed, code: code)
    }

    func stream(_ name: String) -> RandomStream { RandomStream(seed: seed, name: name) }

    // MARK: Compiling

    private mutating func compile(
        _ steps: [Step], name: String, retry: RetryPolicies?, lock: String
    ) {
        var unit = Unit(name: name, first: operations.count)
        var counts: [String: Int] = [:]
        var scope = StepScope(lock: lock)
        let last = steps.lastEffectBehindCommit
        for (index, step) in steps.enumerated() {
            var place = 0
            let word = step.word
            place = counts[word, default: 0]
            counts[word] = place + 1
            let site = "\(name)/\(word)" + (place > 0 ? "[\(place)]" : "")
            append(step, site, &scope)
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
    private mutating func compile(_ code: any HandlerCode, _ handler: Handler, lock: String) {
        var unit = Unit(name: handler.name, first: operations.count, isCode: true)
        let steps = code.steps
        var resolved = handler
        resolved.steps = steps.map(\.step)
        resolved = resolved.resolved(under: strategy, topology.settings, lock: lock)
        handlers.append(resolved)
        let number = Int32(codes.count)
        codes.append(code)
        codeStarts.append([])
        var scope = StepScope(lock: lock)
        if !steps.contains(where: { $0.step.word == "acquire" }),
            let lock = resolved.steps.first(where: { $0.word == "acquire" })
        {
            append(lock, "\(handler.name)/acquire", &scope)
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
            if case .store(let store, _) = step.step { scope.least[store] = step.least }
            append(step.step, site, &scope)
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

    /// Of each handler: whether it stores, has an effect or publishes, each told apart from the others.
    var handlersWithDeeds: [Bool] {
        handlers.indices.map { index in
            let end = index + 1 < units.count ? units[index + 1].first : operations.count
            let own = operations[units[index].first..<end].filter {
                $0.code == .store || $0.code == .effect || $0.code == .publish
            }
            return !own.isEmpty && own.allSatisfy { $0.deed != 0 }
        }
    }

    mutating func add(
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

    mutating func add(_ distribution: DurationDistribution) -> Int32 {
        latencies.append(Latency(distribution))
        return Int32(latencies.count - 1)
    }

    static func index(of name: String, in names: inout [String]) -> Int32 {
        if let index = names.firstIndex(of: name) { return Int32(index) }
        names.append(name)
        return Int32(names.count - 1)
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
