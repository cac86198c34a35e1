import Configuration
import Perturbation
import Simulation

extension Model {
    /// What may happen in a run of the topology, and in no execution that is explored: a sentence each. What is
    /// complete is so under these.
    public var assumptions: [String] {
        var all: [String] = []
        if trustsLeases {
            all.append("no lease ends while its holder works (bounds.expiries: 1 lets one)")
        }
        for inbox in program.inboxes where inbox.window != nil && limit(.expiries) == 0 {
            all.append(
                "\(inbox.name) forgets no message that comes again (bounds.expiries: 1 has it do so)"
            )
        }
        for source in topology.sources
        where source.duplicates != nil && limit(.duplicates) == 0 {
            all.append("\(source.name) sends nothing twice (bounds.duplicates: 1 has it do so)")
        }
        for store in topology.stores where store.timeout != nil && limit(.timeouts) == 0 {
            all.append(
                "no load or store of \(store.name) times out (bounds.timeouts: 1 has one do so)")
        }
        all += idleServices
        if topology.delivery != .atLeastOnce && comesAgain
            && topology.invariants.contains(.exactlyOnceEffect)
        {
            all.append(
                "no repeat that the transport makes counts (delivery: \(topology.delivery.rawValue))"
            )
        }
        for (index, unit) in program.units.enumerated()
        where unit.isDealt && limit(.redeliveries) > 0 {
            all.append(
                "what a node of \(topology.handlers[index].name) holds ahead is not delivered again before "
                    + "it is begun")
        }
        all += plansThatDoNothing
        for fault in topology.faults {
            switch fault.kind {
            case .redeliver(let handler) where hasPartitions(handler):
                all.append("what is delivered again to \(handler) keeps its place in its partition")
            case .pause(let handler, .node), .cut(let handler, .broker):
                guard topology.isInGroup(handler) && limit(.evictions) == 0 else { continue }
                all.append(
                    "a node of \(handler) that is not heard of keeps its partitions "
                        + "(bounds.evictions: 1 has one lose them)")
            default: break
            }
        }
        return all
    }

    private var plansThatDoNothing: [String] {
        topology.queues.flatMap { queue in
            (queue.perturb?.plan.rules ?? []).compactMap { rule in
                switch rule.action {
                case .drop(let ratio)
                where limit(.drops) == 0 && ratio != .zero && ratio != .one:
                    "the plan of \(queue.name) drops nothing (bounds.drops: 1 has it do so)"
                case .duplicate(let ratio, _, _) where limit(.duplicates) == 0 && ratio != .zero:
                    "the plan of \(queue.name) duplicates nothing (bounds.duplicates: 1 has it do so)"
                case .corrupt(let ratio, _) where limit(.corruptions) == 0 && ratio != .zero:
                    "the plan of \(queue.name) corrupts nothing (bounds.corruptions: 1 has it do so)"
                default: nil
                }
            }
        }
    }

    /// Whether there are leases, and none ends while its holder works.
    var trustsLeases: Bool {
        limit(.expiries) == 0
            && program.instructions.contains { $0.code == .acquire && $0.isTimed }
    }

    private func hasPartitions(_ handler: String) -> Bool {
        let queue = topology.handlers.first { $0.name == handler }?.queue
        return topology.queues.contains { $0.name == queue && $0.partitions != nil }
    }

}

extension Model {
    /// Whether services work on without callers that have given up or died.
    var servicesWorkOn: Bool { topology.servicesWorkOn(program) }

    /// Sentences about services that do nothing any more once their callers have given up, or died.
    fileprivate var idleServices: [String] {
        topology.services.enumerated().flatMap { index, service -> [String] in
            let calls = program.instructions.filter {
                $0.code == .call && Int($0.object) == index
            }
            guard !calls.isEmpty, service.steps.contains(where: \.isVisible) else { return [] }
            var all: [String] = []
            let mayTimeOut =
                calls.contains(where: \.isTimed)
                && topology.slowServices.contains(Int32(index))
            if mayTimeOut && limit(.failures) == 0 {
                all.append(
                    "\(service.name) does nothing beside a caller that has given up on it "
                        + "(bounds.failures: 1 has one give up)")
            }
            return all
        }
    }
}

extension Step {
    /// Whether others can see it.
    fileprivate var isVisible: Bool {
        switch self {
        case .load, .store, .effect, .acquire, .release, .lookUp, .note, .call, .publish: true
        default: false
        }
    }
}

extension Topology {
    func servicesWorkOn(_ program: StepProgram) -> Bool {
        !services.isEmpty && program.instructions.contains { $0.code == .call }
    }

    /// Those that take time over a request, so that it may be too long for who waits, by their places.
    var slowServices: Set<Int32> {
        Set(
            services.indices.filter { index in
                let isLong = services[index].steps.contains { step in
                    switch step {
                    case .think(let time, _): time != .constant(us: 0)
                    case .thinkBySize, .call: true
                    case .load(let name), .store(let name, _): takesTime(name)
                    case .acquire: true
                    default: false
                    }
                }
                let isSlowed = faults.contains {
                    if case .slow(.service(services[index].name), _) = $0.kind {
                        true
                    } else {
                        false
                    }
                }
                return isLong || isSlowed
            }.map(Int32.init))
    }
}

extension StepProgram {
    /// Calls with a time-out of services that take time may time out, before what was asked for or behind it.
    mutating func timeOut(_ slow: Set<Int32>) {
        for index in instructions.indices
        where instructions[index].code == .call && instructions[index].isTimed
            && slow.contains(instructions[index].object)
        {
            if instructions[index].first == .never { instructions[index].first = .maybe }
            if instructions[index].second == .never { instructions[index].second = .maybe }
        }
    }

    /// Loads and stores of these stores may time out.
    mutating func timeOut(stores: Set<Int32>) {
        for index in instructions.indices
        where [.load, .store].contains(instructions[index].code)
            && stores.contains(instructions[index].object)
        {
            instructions[index].isTimed = true
        }
    }
}
