/// The least that is known to fail, while shrinking goes on and at its end.
public struct Shrunk<Atom: Sendable>: Sendable {
    /// Why it went no further.
    public enum End: Sendable {
        /// Not yet ended.
        case underWay
        /// No single atom can be left out without losing the failure, by the answers that were given.
        case minimal
        /// Trials or time are spent, or the task was cancelled.
        case budget
        /// All atoms together did not show the failure as often as they had to.
        case notReproduced
        /// A trial threw; what was found until then stands.
        case failed(any Error)
    }

    public internal(set) var end = End.underWay
    /// In the order in which they were added; after `notReproduced` all of them.
    public internal(set) var atoms: [Atom]
    /// Their nodes in the tree.
    public internal(set) var nodes: [Int]
    /// How many atoms there were.
    public let atomsAtFirst: Int
    /// Candidates that were tried; each counts once, however often it was confirmed.
    public internal(set) var candidates = 0
    /// Candidates that were asked for again and whose answer was known.
    public internal(set) var known = 0
    /// Trials in all.
    public internal(set) var trials = 0
    /// Of the trials, by what they showed; `otherTrials` said nothing or failed in another way.
    public internal(set) var failingTrials = 0
    public internal(set) var passingTrials = 0
    public internal(set) var otherTrials = 0
    /// The level that is under work; as many as there are levels: the last pass, atom by atom.
    public internal(set) var level = 0
}
