import Checking

/// How far an exploration goes: what may go wrong, how often in one execution, and what more than the
/// invariants must not happen. A simulation in virtual time reads none of it.
public struct Bounds: Hashable, Sendable {
    /// A worker dies, with its node where positions are committed or a fault kills nodes. nil: once where a
    /// fault of the topology kills somebody, else never. So with the others.
    public var crashes: Int?
    /// A message that is in somebody's hands is delivered again, or an acknowledgement gets lost.
    public var redeliveries: Int?
    /// A partition is given to another node.
    public var rebalances: Int?
    /// A lease, or an inbox's window, ends too early for who relies on it.
    public var expiries: Int?
    /// A step that fails with a probability fails, a request or a reply gets lost.
    public var failures: Int?
    /// A message of a source that has `duplicates`, or of a topic whose plan duplicates, comes once more, as a message
    /// of its own.
    public var duplicates: Int?
    /// A load or store of a store that has a `timeout` takes too long, and has no effect.
    public var timeouts: Int?
    /// A node of a consumer group is taken for dead and loses its partitions, and works on.
    public var evictions: Int?
    /// The plan of a topic leaves a record out.
    public var drops: Int?
    /// The plan of a topic corrupts a delivery, so that every `fail` step fails on it.
    public var corruptions: Int?
    /// Steps of one execution, after which it is cut off, and the result incomplete.
    public var steps = 1000
    /// Dead letters in one execution; more are a finding. nil: any number.
    public var deadLetters: Int?
    /// Anomalies that are findings although no invariant names them.
    public var forbidden: [Anomaly.Kind] = []

    public init() {}
}
