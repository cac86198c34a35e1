/// What a search has seen so far, and when it is to end.
struct Search {
    /// A step at which something was found, and how an execution gets there.
    struct Hit: Sendable {
        let finding: Finding
        let choices: [Choice]
    }

    /// Whether it ends with the first finding; otherwise all kinds are collected, each with its first hit.
    var stopsAtFinding = true
    var limits: SearchLimits
    private(set) var hits: [Hit] = []
    private(set) var findings: Set<Finding> = []
    /// How often anything was found.
    private(set) var sightings = 0
    /// Digests of states in which nothing goes on, where they are asked for.
    var collectsEnds = false
    private(set) var ends: Set<UInt64> = []
    var executions = 0
    var steps = 0
    var states = 0
    /// Executions that were cut off: too many steps, or more deliveries of a message than fit.
    var cut = 0
    /// Executions that were given up as repeats of others.
    var redundant = 0
    var longest = 0
    private(set) var isOver = false
    private(set) var wasStopped = false

    init(_ limits: SearchLimits) { self.limits = limits }

    mutating func note(_ finding: Finding, _ choices: @autoclosure () -> [Choice]) {
        sightings += 1
        if findings.insert(finding).inserted {
            hits.append(Hit(finding: finding, choices: choices()))
        }
        if stopsAtFinding { isOver = true }
    }

    mutating func noteEnd(_ digest: UInt64) {
        if collectsEnds { ends.insert(digest) }
    }

    /// Whether there is room for more; looked at now and then.
    mutating func mayGoOn() -> Bool {
        if isOver { return false }
        if executions >= limits.executions || states >= limits.states || limits.isOver() {
            isOver = true
            wasStopped = true
        }
        return !isOver
    }
}

/// How long a search goes on.
public struct SearchLimits: Sendable {
    public var executions = Int.max
    public var states = Int.max
    /// Asked now and then; the clock is the caller's.
    public var isOver: @Sendable () -> Bool = { false }

    public init() {}
}
