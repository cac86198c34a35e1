/// One nondeterministic choice of a run.
///
/// Value 0 is the default: go on, no fault, first come first served, the latency that was drawn. Only
/// other values are worth keeping, so a run is its topology, its seed and a short list of these.
public struct Choice: Hashable, Sendable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Which of the messages that are ready a free worker takes, in order of readiness.
        case message
        /// Which of the free workers takes a message.
        case worker
        /// Whether an operation fails.
        case fault
        /// Which worker or node a fault strikes.
        case victim
    }

    public let kind: Kind
    /// The step or queue that asks, in the order of the resolved topology.
    public let site: Int32
    /// Who asks: the process.
    public let actor: Int32
    /// How many choices this actor made before.
    public let index: Int32
    /// How many values there are; at least 2.
    public let arity: Int32
    /// 0 ..< arity
    public let value: Int32

    public init(
        kind: Kind, site: Int32, actor: Int32, index: Int32, arity: Int32, value: Int32
    ) {
        self.kind = kind
        self.site = site
        self.actor = actor
        self.index = index
        self.arity = arity
        self.value = value
    }
}
