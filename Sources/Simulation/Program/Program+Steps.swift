import Configuration

/// What steps of a handler know of those in front of them.
struct StepScope {
    /// The register of each store that was loaded.
    private(set) var registers: [String: Int32] = [:]
    /// The store that was loaded last: what a check looks at and a change is about.
    private(set) var latest: String?
    /// What a conditional store finds at least, by store.
    var least: [String: Int64] = [:]
    /// A store has written the changes so far: the next one begins anew.
    var isStored = false
    /// The strategy's lock around loads and stores.
    let lock: String
    /// Locks that the steps are inside of.
    var held: Set<String> = []

    init(lock: String) { self.lock = lock }

    mutating func load(_ store: String) -> Int32 {
        let register = registers[store] ?? Int32(registers.count)
        registers[store] = register
        latest = store
        return register
    }

    /// Of the value that was loaded last.
    var register: Int32 { latest.flatMap { registers[$0] } ?? 0 }
}

/// Steps, compiled to operations.
extension Program {
    mutating func append(_ step: Step, _ site: String, _ scope: inout StepScope) {
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
            let register = scope.load(store)
            registers = max(registers, Int(register) + 1)
            storeLatency(store, site)
            let lock = scope.lock
            add(.load, site) {
                $0.object = $1.store(store)
                $0.register = register
                $0.fencing = $1.fencing
                $0.lock = $1.lock(lock)
            }
        case .check(let value):
            let register = scope.register
            if let store = scope.latest { scope.least[store] = value }
            add(.check, site) { operation, _ in
                operation.amount = value
                operation.register = register
            }
        case .change(let value):
            let (register, isFirst) = (scope.register, scope.isStored)
            scope.isStored = false
            add(.change, site) { operation, _ in
                operation.amount = value
                operation.register = register
                operation.beginsAnew = isFirst
            }
        case .store(let store, let mode):
            let register = scope.registers[store] ?? Int32(scope.registers.count)
            if scope.registers[store] == nil { writesBlindly = true }
            registers = max(registers, Int(register) + 1)
            let minimum = scope.least[store] ?? Int64.min
            let lock = scope.lock
            scope.isStored = true
            storeLatency(store, site)
            add(.store, site) {
                $0.object = $1.store(store)
                $0.register = register
                $0.mode = $1.mode(mode)
                $0.fencing = $1.fencing
                $0.lock = $1.lock(lock)
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
            if !scope.held.isEmpty { nestsLocks = true }
            scope.held.insert(lock)
            add(.acquire, site) {
                $0.object = object
                $0.amount = term.ttl?.nanoseconds ?? 0
                $0.renewal = term.renewal?.nanoseconds ?? 0
                $0.endsWithHolder = $1.strategy == .rowLock
            }
        case .release(let lock):
            let object = Self.index(of: lock, in: &locks)
            scope.held.remove(lock)
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

    private func lock(_ name: String) -> Int32 {
        locks.firstIndex(of: name).map { Int32($0) } ?? -1
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
