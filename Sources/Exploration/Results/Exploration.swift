/// What an exploration came to.
public struct Exploration: Sendable {
    /// How it ended.
    public enum End: Sendable, Hashable, CaseIterable {
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
    var counts = Search.Counts()
    /// Whether a search over states came back to where it had been.
    var hasCycles = false
    /// Whether it was stopped because what it has seen takes all the memory that there is for it.
    public internal(set) var isOutOfMemory = false
    /// Classes of interleavings that differ in the order of conflicting steps; nil: nobody counted.
    public internal(set) var classes: Int?
    /// Executions that had been tried when it was found.
    public internal(set) var executionsToFind: Int?
    /// The chance that one more execution is of a class not seen so far, by Good and Turing: classes seen once over
    /// executions. Of random and urw alone.
    public internal(set) var unseenMass: Double?
    /// The limit that delays or preemptions reached.
    public internal(set) var limit: Int?

    /// What executions came by; nil: nobody looked.
    public internal(set) var coverage: Coverage?

    init(_ strategy: SearchStrategy) { self.strategy = strategy }
}

extension Exploration {
    public var executions: Int { counts.executions }
    public var steps: Int { counts.steps }
    /// Different states, by searches that keep them.
    public var states: Int { counts.states }
    /// Executions that were cut off.
    public var cut: Int { counts.cut }
    /// Executions that were given up as repeats of others.
    public var redundant: Int { counts.redundant }
    /// Steps of the longest execution.
    public var longest: Int { counts.longest }
}

// MARK: As a stored part

extension Exploration {
    var part: Part {
        var part = Part(counts: counts, end: end)
        part.hit = hit
        part.limit = limit
        part.hasCycles = hasCycles
        part.classCount = classes
        part.coverage = coverage?.numbers ?? []
        return part
    }

    /// As it was stored.
    init(_ part: Part, _ strategy: SearchStrategy, _ model: Model) {
        self.init(strategy)
        (end, hit, counts) = (part.end, part.hit, part.counts)
        (limit, classes, hasCycles) = (part.limit, part.classCount, part.hasCycles)
        executionsToFind = hit == nil ? nil : counts.executions
        if !part.coverage.isEmpty {
            var coverage = Coverage(model)
            coverage.formUnion(numbers: part.coverage)
            self.coverage = coverage
        }
    }
}
