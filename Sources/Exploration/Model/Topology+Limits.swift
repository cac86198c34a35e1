import Configuration
import Perturbation
import Simulation

extension Topology {
    /// The bounds; where nothing is said, as the faults that the topology has ask for. In the order of ``Budget``.
    func limits(_ program: StepProgram) -> [Int32] {
        let kills = has { if case .kill = $0 { true } else { false } }
        let deploys = has { if case .deploy = $0 { true } else { false } }
        let again = has {
            switch $0 {
            case .redeliver, .cut(_, .broker): true
            default: false
            }
        }
        let outlasts = has {
            switch $0 {
            case .pause, .skew, .cut(_, .stores): true
            default: false
            }
        }
        let comesTwice =
            queues.contains { $0.visibility != nil }
            || program.instructions.contains { $0.code == .publish && $0.first != .never }
        let mayFail = program.instructions.contains {
            $0.code == .fail && $0.first == .maybe
                || $0.code == .call && ($0.first != .never || $0.second != .never)
        }
        let forgets = program.inboxes.contains { $0.window != nil }
        // A death in a group moves what others work on.
        let deaths = has {
            if case .kill(let handler, _) = $0 { isInGroup(handler) } else { false }
        }
        // Who was put out of its group joins it again.
        let evictions = bounds.evictions ?? mostSilent
        return [
            bounds.crashes ?? kills,
            bounds.redeliveries ?? max(again, comesTwice ? 1 : 0),
            bounds.rebalances ?? max(deploys, deaths, min(evictions, 1)),
            bounds.expiries ?? max(outlasts, forgets ? 1 : 0),
            bounds.failures ?? (mayFail ? 1 : 0),
            mostDuplicates,
            bounds.timeouts ?? (storesThatAreSlow ? 1 : 0),
            evictions,
            bounds.drops
                ?? (plans { if case .drop(let ratio) = $0 { ratio } else { .zero } } ? 1 : 0),
            bounds.corruptions
                ?? (plans { if case .corrupt(let ratio, _) = $0 { ratio } else { .zero } } ? 1 : 0),
        ].map { Int32(clamping: $0) }
    }

    private func has(_ test: (Fault.Kind) -> Bool) -> Int {
        faults.contains { test($0.kind) } ? 1 : 0
    }

    var mostDuplicates: Int {
        let isPlanned = plans { if case .duplicate(let ratio, _, _) = $0 { ratio } else { .zero } }
        guard isPlanned || sources.contains(where: { $0.duplicates != nil }) else { return 0 }
        return bounds.duplicates ?? 1
    }

    /// Whether a topic's plan may do so.
    private func plans(_ share: (Rule.Action) -> Ratio) -> Bool {
        queues.contains { queue in
            queue.perturb?.plan.rules.contains { share($0.action) != .zero } ?? false
        }
    }

    /// 1 where a node of a group may be silent for as long as its session lasts.
    private var mostSilent: Int {
        has {
            switch $0 {
            case .pause(let handler, .node), .cut(let handler, .broker): isInGroup(handler)
            default: false
            }
        }
    }

    /// Whether the handler's partitions move to others when a node is not heard of.
    func isInGroup(_ handler: String) -> Bool {
        let assignment = handlers.first { $0.name == handler }?.assignment
        return assignment == .eager || assignment == .cooperative
    }

    /// Stores whose loads and stores somebody waits for so long and no longer, by their places.
    var storesThatTimeOut: Set<Int32> {
        Set(stores.indices.filter { stores[$0].timeout != nil }.map(Int32.init))
    }

    /// Whether anything of these may take too long.
    private var storesThatAreSlow: Bool {
        stores.contains { $0.timeout != nil && takesTime($0.name) }
    }

    /// Whether a load or a store of a store takes time, be it for a while.
    func takesTime(_ store: String) -> Bool {
        let isCutOrSlowed = has {
            switch $0 {
            case .cut(_, .stores), .slow(.store(store), _): true
            default: false
            }
        }
        return isCutOrSlowed > 0
            || stores.contains { $0.name == store && $0.latency != .constant(us: 0) }
    }
}
