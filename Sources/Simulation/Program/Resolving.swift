extension Handler {
    /// The handler as it is under a strategy: with the lock around its loads and stores, or with the order
    /// that makes one needless.
    ///
    /// - Parameter lock: what its entities' lock is called (``EntityLocks``).
    func resolved(
        under strategy: Strategy, _ settings: StrategySettings, lock: String
    ) -> Handler {
        var handler = self
        let touches = steps.indices.filter { steps[$0].store != nil }
        guard let first = touches.first, let last = touches.last else { return handler }
        switch strategy {
        case .naive, .optimistic, .atomic: break
        case .lock, .rowLock:
            let term = strategy == .lock ? settings.lock.term : StrategySettings.Term()
            handler.steps.insert(.release(lock: lock), at: last + 1)
            handler.steps.insert(.acquire(lock: lock, term), at: first)
        case .partitioned:
            let workers = (workers ?? 1) * nodes
            handler.order = .slot(settings.slots ?? workers)
            handler.assignment = assignment ?? .exclusive
            handler.keepTurnsOfHeld()
        case .actor:
            handler.order = .key
            handler.assignment = assignment ?? .exclusive
            handler.keepTurnsOfHeld()
        }
        return handler
    }

    /// What nodes hold ahead waits for its turn there: the queue has no say over it any more.
    private mutating func keepTurnsOfHeld() {
        guard let prefetch, admission == .shared else { return }
        admission = .queuePerSlot
        if prefetch.by == .worker {
            self.prefetch = Prefetch(count: prefetch.count.map { $0 * (workers ?? 1) })
        }
    }
}

/// The locks of the strategies that lock: it is an entity that is locked, whoever works on it. Handlers with a
/// store in common share a lock, and one that touches several stores locks its key in all of them at once.
struct EntityLocks {
    private let names: [String]

    /// - Parameter steps: of each handler.
    init(_ handlers: [Handler], _ steps: [[Step]]) {
        var sets = steps.map { Set($0.compactMap(\.store)) }
        var groups = Array(handlers.indices)
        for index in handlers.indices {
            for other in 0..<index where !sets[index].isDisjoint(with: sets[other]) {
                let (old, new) = (
                    max(groups[index], groups[other]), min(groups[index], groups[other])
                )
                let all = sets[index].union(sets[other])
                for member in handlers.indices where groups[member] == old || groups[member] == new
                {
                    groups[member] = new
                    sets[member] = all
                }
            }
        }
        names = handlers.indices.map { index in
            let members = handlers.indices.filter { groups[$0] == groups[index] }
            let store = members.lazy.compactMap { steps[$0].compactMap(\.store).first }.first ?? ""
            return "\(store) of \(members.map { handlers[$0].name }.joined(separator: ", "))"
        }
    }

    /// - Parameter index: of the handler.
    subscript(index: Int) -> String { names[index] }
}

extension Step {
    /// The store that it touches.
    fileprivate var store: String? {
        switch self {
        case .load(let store), .store(let store, _): store
        default: nil
        }
    }
}
