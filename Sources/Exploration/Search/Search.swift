/// What a search has seen so far, and when it is to end.
struct Search {
    /// A step at which something was found, and how an execution gets there.
    struct Hit: Sendable, Equatable {
        let finding: Finding
        let choices: [Choice]
    }

    /// What is counted.
    struct Counts: Equatable, Sendable {
        var executions = 0
        var steps = 0
        var states = 0
        /// Executions that were cut off: too many steps, or more deliveries of a message than fit.
        var cut = 0
        /// Executions that were given up as repeats of others.
        var redundant = 0
        var longest = 0
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
    private(set) var isOver = false
    private(set) var wasStopped = false
    /// It was stopped for want of memory.
    private(set) var isOutOfMemory = false
    var counts = Counts()
    /// What executions come by, where that is asked for.
    var log: CoverageLog?
    /// Whether a way back to a state on its own path was met: something may go on for ever.
    var hasCycles = false
    /// Where an earlier process left this search.
    var start: SearchStand?
    /// Told now and then, and when it is stopped, where the search stands.
    var keep: ((SearchStand) -> Void)?
    /// Where one over states keeps them; nil: nowhere.
    var store: StateStore?
    private var nextKeeping = ExplorationMemory.steps

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
    ///
    /// - Parameters:
    ///   - walk: what the search needs to go on from here, asked for where it is written down.
    ///   - bytes: of memory that it needs until it looks again.
    mutating func mayGoOn(
        _ walk: @autoclosure () -> [UInt64] = [], needing bytes: Int = 0
    ) -> Bool {
        if isOver { return false }
        if bytes > limits.memory { (isOver, wasStopped, isOutOfMemory) = (true, true, true) }
        if executions >= limits.executions || states >= limits.states || limits.isOver() {
            isOver = true
            wasStopped = true
        }
        if let keep, isOver || steps >= nextKeeping {
            nextKeeping = steps + ExplorationMemory.steps
            keep(SearchStand(counts, walk: walk(), coverage: log?.coverage.numbers ?? []))
        }
        return !isOver
    }

    /// Takes up what was counted before.
    mutating func resume(_ stand: SearchStand) {
        counts = stand.counts
        log?.formUnion(numbers: stand.coverage)
        nextKeeping = steps + ExplorationMemory.steps
    }
}

extension Search {
    var executions: Int {
        get { counts.executions }
        set { counts.executions = newValue }
    }
    var steps: Int {
        get { counts.steps }
        set { counts.steps = newValue }
    }
    var states: Int {
        get { counts.states }
        set { counts.states = newValue }
    }
    var cut: Int {
        get { counts.cut }
        set { counts.cut = newValue }
    }
    var redundant: Int {
        get { counts.redundant }
        set { counts.redundant = newValue }
    }
    var longest: Int {
        get { counts.longest }
        set { counts.longest = newValue }
    }
}

extension Search.Counts {
    var numbers: [UInt64] {
        [executions, steps, states, cut, redundant, longest].map { UInt64($0) }
    }

    /// nil where there are not so many.
    init?(numbers: [UInt64]) {
        guard numbers.count == 6 else { return nil }
        let all = numbers.map { Int(clamping: $0) }
        self.init(
            executions: all[0], steps: all[1], states: all[2], cut: all[3], redundant: all[4],
            longest: all[5])
    }

    /// Both together.
    mutating func add(_ other: Self) {
        executions += other.executions
        steps += other.steps
        states = max(states, other.states)
        cut += other.cut
        redundant += other.redundant
        longest = max(longest, other.longest)
    }

    /// What was counted since.
    func since(_ earlier: Self) -> Self {
        Self(
            executions: executions - earlier.executions, steps: steps - earlier.steps,
            states: states, cut: cut - earlier.cut, redundant: redundant - earlier.redundant,
            longest: longest)
    }
}

/// How long a search goes on.
public struct SearchLimits: Sendable {
    public var executions = Int.max
    public var states = Int.max
    /// Bytes that what one search has seen may take.
    public var memory = Int.max
    /// Asked now and then; the clock is the caller's.
    public var isOver: @Sendable () -> Bool = { false }

    public init() {}
}
