import Configuration

/// Steps, compiled to operations.
extension Program {
    mutating func append(
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
