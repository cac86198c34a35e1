extension Handler {
    /// The handler as it is under a strategy: with the lock around its loads and stores, or with the order
    /// that makes one needless.
    func resolved(under strategy: Strategy, _ settings: StrategySettings) -> Handler {
        var handler = self
        let touches = steps.indices.filter { steps[$0].store != nil }
        guard let first = touches.first, let last = touches.last,
            let store = steps[first].store
        else { return handler }
        switch strategy {
        case .naive, .optimistic, .atomic: break
        case .lock, .rowLock:
            let name = "\(store) of \(self.name)"
            let term = strategy == .lock ? settings.lock.term : StrategySettings.Term()
            handler.steps.insert(.release(lock: name), at: last + 1)
            handler.steps.insert(.acquire(lock: name, term), at: first)
        case .partitioned:
            let workers = (workers ?? 1) * nodes
            handler.order = .slot(settings.slots ?? workers)
            handler.assignment = assignment ?? .exclusive
        case .actor:
            handler.order = .key
            handler.assignment = assignment ?? .exclusive
        }
        return handler
    }
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
