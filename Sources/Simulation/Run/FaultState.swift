import Configuration

/// A node of a handler: what is wrong with it now.
struct NodeState: BitwiseCopyable {
    /// It is dead until then; it stands still until then.
    var downUntil: Int64 = 0
    var pausedUntil: Int64 = 0
    /// A policy or a circuit breaker has it take no messages until then.
    var closedUntil: Int64 = 0
    /// It does not reach the broker, or the stores, until then.
    var brokerCutUntil: Int64 = 0
    var storesCutUntil: Int64 = 0
    /// What its own work takes is multiplied by this.
    var slowness = 1.0
    /// How far its clock is ahead, in nanoseconds.
    var skew: Int64 = 0
}

/// A fault of the topology during a run.
struct FaultState {
    let kind: Fault.Kind
    /// The handler's number; 0 where it strikes none.
    let unit: Int
    /// The store's or service's number; -1 where it slows none.
    let object: Int32
    let every: Latency?
    /// Instants, rising; where there is no `every`.
    let times: [Int64]
    /// nil: for the rest of the run.
    let lasting: Latency?
    let until: Int64
    /// How much longer a request takes.
    let by: Latency
    let timing: RandomStream
    let durations: RandomStream
    let victims: RandomStream
    let added: RandomStream
    /// Strikes so far.
    var count: Int64 = 0
    /// It will not strike again.
    var isOver = false
    /// Until when its last strike lasts.
    var lastsUntil: Int64 = 0
    /// How many of its strikes last, on each node.
    var active: [Int32: Int] = [:]
    /// What was done at the last strike, and strikes since anything was.
    var done: Int64 = -1
    var inVain = 0

    /// A fault that has struck so often with nothing done in between will not help what is stuck.
    static let mostInVain = 10_000

    init(_ program: Program, _ index: Int) {
        let fault = program.topology.faults[index]
        kind = fault.kind
        unit = program.handlers.firstIndex { $0.name == fault.kind.handler } ?? 0
        switch fault.kind {
        case .slow(.store(let name), let by):
            object = Int32(program.topology.stores.firstIndex { $0.name == name } ?? 0)
            self.by = Latency(by)
        case .slow(.service(let name), let by):
            object = Int32(program.topology.services.firstIndex { $0.name == name } ?? 0)
            self.by = Latency(by)
        default:
            object = -1
            by = Latency(.constant(us: 0))
        }
        switch fault.strikes {
        case .every(let time): (every, times) = (Latency(time), [])
        case .at(let instants): (every, times) = (nil, instants.map(\.nanoseconds))
        }
        lasting = fault.lasting.map(Latency.init)
        until = fault.until?.nanoseconds ?? .max
        timing = program.stream("faults/\(index)/every")
        durations = program.stream("faults/\(index)/lasting")
        victims = program.stream("faults/\(index)/victim")
        added = program.stream("faults/\(index)/by")
    }
}

extension Topology {
    /// Whether a fault makes something slower or out of reach, or a store has its own limit of time.
    var isTroubled: Bool {
        stores.contains { $0.timeout != nil }
            || (handlers.map(\.steps) + services.map(\.steps)).joined().contains { step in
                if case .thinkBySize = step { true } else { false }
            }
            || faults.contains { fault in
                switch fault.kind {
                case .slow, .throttle, .cut: true
                case .kill, .pause, .redeliver, .skew, .deploy: false
                }
            }
    }

    /// Whether a fault makes a store's requests wait.
    func canDelay(_ store: Store) -> Bool {
        faults.contains { fault in
            switch fault.kind {
            case .slow(.store(let name), _): name == store.name
            case .cut(_, .stores): true
            default: false
            }
        }
    }
}
