import Configuration

/// How a handler sends a message.
public struct Publishing: Hashable, Sendable {
    public var by = Way.direct
    /// How long the message takes to its queue; by outbox: until the relay has sent it.
    public var after: DurationDistribution = .constant(us: 0)
    /// By outbox: the share of messages that the relay sends once more, because it died between sending
    /// and noting that it had.
    public var twice: Ratio = .zero

    public init() {}

    public enum Way: String, Hashable, Sendable, CaseIterable {
        /// Where the step stands, whatever becomes of the attempt.
        case direct
        /// Written in one transaction with the handler's last store, and relayed later: sent if and only if
        /// the store is accepted, maybe twice.
        case outbox
    }
}

extension Handler {
    /// The handler with what goes by outbox right behind its last store, in the same instant.
    func withOutbox() -> Handler {
        var handler = self
        let outgoing = steps.filter(\.isByOutbox)
        guard !outgoing.isEmpty else { return self }
        handler.steps.removeAll(where: \.isByOutbox)
        let last = handler.steps.lastIndex { if case .store = $0 { true } else { false } }
        handler.steps.insert(contentsOf: outgoing, at: last.map { $0 + 1 } ?? handler.steps.count)
        return handler
    }
}

extension Step {
    var isByOutbox: Bool {
        if case .publish(_, let way) = self { way.by == .outbox } else { false }
    }
}
