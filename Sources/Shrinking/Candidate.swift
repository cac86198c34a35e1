/// Some of the atoms, to be tried.
public struct Candidate<Atom: Sendable>: Sendable {
    /// In the order in which they were added to the tree.
    public let atoms: [Atom]
    /// Their nodes in the tree.
    public let nodes: [Int]
    /// 0 for the first trial of this candidate, then 1, … while it is confirmed.
    public let repetition: Int
}
