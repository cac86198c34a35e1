/// Finds a small part of a failing input that still fails in the same way: delta debugging.
///
/// Level by level, from coarse to fine, the pieces of a level are split into ever more chunks; a chunk alone
/// (subset) or everything but a chunk (complement) takes the place of the whole where it still fails. A last pass
/// leaves out atom by atom until none can be: the result is 1-minimal. A failure with another signature is no
/// failure. The best so far is kept whatever happens.
///
/// On inputs of which k of n atoms matter, each by itself, it asks for about 4 k log2 n candidates.
///
/// The same oracle gives the same result and the same candidates, also with `sideBySide` above 1 as long as
/// that stays the same.
///
/// Source: Zeller and Hildebrandt, *Simplifying and Isolating Failure-Inducing Input* (IEEE TSE 28(2), 2002):
/// `ddmin`, in the form that goes on behind a chunk that was left out and does not begin anew.
public struct Shrinker<Atom: Sendable, Signature: Hashable & Sendable>: Sendable {
    /// Runs one trial of some of the atoms.
    public typealias Oracle = @Sendable (Candidate<Atom>) async throws -> Answer<Signature>

    public var confirmation: Confirmation
    public var budget: ShrinkingBudget
    /// Candidates that are tried at a time; the first in order that fails is taken, others of the same time
    /// are then wasted.
    public var sideBySide: Int
    /// Told whenever less is known to fail, and at the beginning of each level.
    public var progress: @Sendable (Shrunk<Atom>) async -> Void
    private let oracle: Oracle

    public init(
        confirmation: Confirmation = .once, budget: ShrinkingBudget = ShrinkingBudget(),
        sideBySide: Int = 1,
        progress: @escaping @Sendable (Shrunk<Atom>) async -> Void = { _ in },
        oracle: @escaping Oracle
    ) {
        precondition(sideBySide >= 1, "at least one at a time")
        self.confirmation = confirmation
        self.budget = budget
        self.sideBySide = sideBySide
        self.progress = progress
        self.oracle = oracle
    }

    /// - Parameter signature: what the failure is told by; all atoms together must show it.
    public func shrink(_ tree: AtomTree<Atom>, keeping signature: Signature) async -> Shrunk<Atom> {
        let trials = Trials(
            tree: tree, signature: signature, confirmation: confirmation, budget: budget,
            oracle: oracle)
        var reduction = Reduction(
            tree: tree, trials: trials, sideBySide: sideBySide, progress: progress)
        return await reduction.run()
    }
}
