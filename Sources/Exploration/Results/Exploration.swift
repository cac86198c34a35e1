/// What an exploration came to.
public struct Exploration: Sendable {
    /// How it ended.
    public enum End: Sendable, Hashable {
        /// Something was found.
        case found
        /// Everything within the bounds was seen, and nothing found.
        case complete
        /// Time, executions or states were spent first.
        case stopped
        /// All was seen but for executions that were cut off at the bound of steps.
        case cut
    }

    public internal(set) var end = End.stopped
    /// The one that found it or completed, or that was asked for.
    public internal(set) var strategy: SearchStrategy
    public internal(set) var counterexample: Counterexample?
    /// What was found, as it was found.
    var hit: Search.Hit?
    public internal(set) var executions = 0
    public internal(set) var steps = 0
    /// Different states, by searches that keep them.
    public internal(set) var states = 0
    /// Classes of interleavings that differ in the order of conflicting steps; nil: nobody counted.
    public internal(set) var classes: Int?
    public internal(set) var cut = 0
    public internal(set) var redundant = 0
    /// Steps of the longest execution.
    public internal(set) var longest = 0
    /// Executions that had been tried when it was found.
    public internal(set) var executionsToFind: Int?
    /// The chance that one more execution is of a class not seen so far, by Good and Turing: classes seen once over
    /// executions. Of random and urw alone.
    public internal(set) var unseenMass: Double?
    /// The limit that delays or preemptions reached.
    public internal(set) var limit: Int?

    init(_ strategy: SearchStrategy) { self.strategy = strategy }
}
