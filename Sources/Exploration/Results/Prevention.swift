import Simulation

/// What another way to keep deliveries apart does to a counterexample: tried, not supposed.
public struct Prevention: Sendable {
    /// What is done instead.
    public enum Measure: Hashable, Sendable {
        case strategy(Strategy)
        /// Leases whose tokens the store checks, from the load on.
        case fencing
        /// Effects once for a message, under a unique key that is written with them; stores behind a look into an
        /// inbox that is written after them.
        case inbox
    }

    public let measure: Measure
    /// Under the choices of the counterexample, as far as they can be made, and on to the end: what was found.
    public let underSameChoices: Finding?
    /// Of an exploration of its own: whether all was seen and nothing found; nil: it was not brought to its end.
    public let isProven: Bool?
    /// What that exploration found.
    public let found: Finding?
    /// It holds while no lease ends before its holder is done: no execution let one end.
    public let trustsLeases: Bool

    /// Tries every other strategy, fencing where there are leases, and an inbox where something can come again.
    ///
    /// - Parameters:
    ///   - executions: how many each exploration may take; one that is not through by then says nothing.
    ///   - isOver: nor does one that is not through when time is over.
    public static func all(
        _ found: Counterexample, _ model: Model, executions: Int = 20_000,
        isOver: @escaping @Sendable () -> Bool = { false }
    ) -> [Prevention] {
        var measures = Strategy.allCases.filter { $0 != model.strategy }.map(Measure.strategy)
        if model.strategy == .lock { measures.append(.fencing) }
        if model.comesAgain || found.finding == .broken(.exactlyOnceEffect) {
            measures.append(.inbox)
        }
        return measures.compactMap { attempt($0, found, model, executions, isOver) }
    }

    private static func attempt(
        _ measure: Measure, _ found: Counterexample, _ model: Model, _ executions: Int,
        _ isOver: @escaping @Sendable () -> Bool
    ) -> Prevention? {
        var topology = model.topology
        var strategy = model.strategy
        switch measure {
        case .strategy(let other):
            strategy = other
            // Whoever does nothing against lost updates has them in place of what was found.
            if other == .naive && !topology.invariants.contains(.noLostUpdate) {
                topology.invariants.append(.noLostUpdate)
            }
        case .fencing: topology.settings.lock.fencing = .load
        case .inbox:
            topology.handlers = topology.handlers.map { $0.withInbox() }
            topology.services = topology.services.map { $0.withInbox() }
        }
        guard let other = try? Model(topology, strategy: strategy, seed: model.seed) else {
            return nil
        }
        // What leaves everything as it was says nothing.
        if topology.handlers == model.topology.handlers
            && topology.services == model.topology.services
            && topology.settings == model.topology.settings && other.isSame(as: model)
        {
            return nil
        }
        let forbidden = model.bounds.forbidden
        let same = Execution(
            other, model.translate(found.choices, to: other), completes: true, skips: true,
            keepsEntries: !forbidden.isEmpty)
        let anomaly = same.history.anomalies().first { forbidden.contains($0.kind) }
        var explorer = Explorer(other)
        explorer.limits.executions = executions
        explorer.limits.states = executions * 10
        explorer.limits.isOver = isOver
        explorer.mostStatesToShorten = 1
        let whole = isOver() ? nil : explorer.searched()
        let isProven: Bool? =
            switch whole?.end {
            case .complete?: true
            case .found?: false
            case .cut?, .stopped?, nil: nil
            }
        return Prevention(
            measure: measure,
            underSameChoices: same.finding ?? anomaly.map { .anomaly($0.kind.rawValue) },
            isProven: isProven, found: whole?.hit?.finding, trustsLeases: other.trustsLeases)
    }
}

extension Prevention {
    /// As tables have it.
    public var name: String {
        switch measure {
        case .strategy(let strategy): strategy.rawValue
        case .fencing: "lock, fencing: load"
        case .inbox: "inbox"
        }
    }

    /// What it is, in words.
    public var words: String {
        switch measure {
        case .strategy(.naive): "no strategy at all"
        case .strategy(.optimistic): "a check of the version at the store"
        case .strategy(.atomic): "check and change as one conditional update"
        case .strategy(.partitioned):
            "exclusive partitions, in which messages go one after the other"
        case .strategy(.lock): "a lease from load to store"
        case .strategy(.rowLock): "a lock in the store from load to store"
        case .strategy(.actor): "a mailbox for each entity"
        case .fencing: "a fencing token that the store checks from the load on"
        case .inbox: "an inbox with a unique key that is written with the effect"
        }
    }
}

private let inbox = "instead"

extension Service {
    /// The same with each effect done once for a message.
    fileprivate func withInbox() -> Service {
        var service = self
        service.steps = steps.map { $0.once }
        return service
    }
}

extension Handler {
    /// The same with each message's deeds done once.
    fileprivate func withInbox() -> Handler {
        var handler = self
        handler.steps = steps.map { $0.once }
        if steps.contains(where: \.isEffect) { return handler }
        guard let first = steps.firstIndex(where: \.touchesStore),
            let last = steps.lastIndex(where: \.touchesStore)
        else { return handler }
        handler.steps.insert(.note(inbox: inbox), at: last + 1)
        handler.steps.insert(.lookUp(inbox: inbox), at: first)
        return handler
    }
}

extension Step {
    fileprivate var once: Step {
        if case .effect(let name, _) = self { .effect(name: name, once: inbox) } else { self }
    }

    fileprivate var isEffect: Bool { if case .effect = self { true } else { false } }

    fileprivate var touchesStore: Bool {
        switch self {
        case .load, .store: true
        default: false
        }
    }
}
