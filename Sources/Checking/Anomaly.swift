/// Something in a history that a system without races would not have done, with the events that show it.
public struct Anomaly: Hashable, Sendable {
    /// The first six by Adya's names, each found as he defines it; a cycle has the narrowest name that fits.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Write cycle: transactions overwrote each other in both directions.
        case g0 = "G0"
        /// Aborted read: a version was read whose writer failed.
        case g1a = "G1a"
        /// Intermediate read: a version was read that its writer itself overwrote.
        case g1b = "G1b"
        /// Circular information flow: a cycle of writes and reads.
        case g1c = "G1c"
        /// The case of G-single in which a transaction overwrote, on one object, a version that it had not seen
        /// with one that it had computed from an older one.
        case lostUpdate = "lost update"
        /// A cycle with one antidependency: something was read, overwritten by another, and the two met again.
        case gSingle = "G-single"
        /// A cycle that has two antidependencies or more, such as write skew.
        case g2Item = "G2-item"
        /// A version was read before the transaction that wrote it had ended.
        case dirtyRead = "dirty read"
        /// A write or an effect by a transaction whose read had been overwritten before it.
        case staleRead = "stale read"
        /// An object's value went below 0.
        case oversell
        /// The same effect for the same message by more than one transaction.
        case duplicateEffect = "duplicate effect"
        /// A message was done after a later one of its key.
        case orderInversion = "order inversion"
        /// A lock was given out while another transaction was inside.
        case overlappingHolders = "overlapping holders"
        /// A transaction wrote after the lease of its lock had ended.
        case writeAfterExpiry = "write after expiry"
    }

    public let kind: Kind
    /// The cycle, each edge beginning where the last one ends; of G1a, G1b and a dirty read the one edge.
    public let edges: [Dependency]
    /// Of the others: the events that show it, in the order in which they took effect.
    public let events: [Int]
    /// Who takes part, in the order of edges or events.
    public let transactions: [Int]
    /// When it was there to be seen.
    public let timeNs: Int64

    init(_ kind: Kind, edges: [Dependency], in history: History) {
        self.kind = kind
        self.edges = edges
        let seen = edges.flatMap { [$0.first, $0.second] }
        events = Set(seen).sorted()
        transactions = edges.count == 1 ? [edges[0].from, edges[0].to] : edges.map(\.from)
        timeNs = seen.map { history.events[$0].timeNs }.max() ?? 0
    }

    init(_ kind: Kind, events: [Int], transactions: [Int], at timeNs: Int64) {
        self.kind = kind
        edges = []
        self.events = events
        self.transactions = transactions
        self.timeNs = timeNs
    }
}
