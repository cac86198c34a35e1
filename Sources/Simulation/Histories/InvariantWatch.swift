/// Invariants that take a look at everything that happens: conservation and bounded staleness. Only where the
/// topology asks for one of them.
struct InvariantWatch {
    private let names: SiteNames
    private var conservation: Conservation?
    private var staleness: Staleness?
    /// Since when each process has been at its attempt.
    private var began: [Int32: Int64] = [:]
    private(set) var violations: [Invariant: Violation] = [:]

    init(_ program: Program) {
        let topology = program.topology
        names = SiteNames(program)
        if topology.invariants.contains(.conservation) {
            conservation = Conservation(topology.stores.map(\.initial))
        }
        if topology.invariants.contains(.boundedStaleness) {
            staleness = topology.staleness.map(Staleness.init)
        }
    }

    /// - Complexity: O(1) for each entry, amortized.
    mutating func see(_ entry: TraceEntry) {
        if entry.what == .begin || entry.what == .request { began[entry.actor] = entry.timeNs }
        if let found = conservation?.see(entry) {
            note(.conservation, entry, found.object, found.words(names))
        }
        if let found = staleness?.see(entry) {
            note(.boundedStaleness, entry, found.object, found.words(names))
        }
    }

    /// A source's message will be heard of no more, nor what was published of it.
    mutating func forget(_ message: Int64) {
        guard let (found, entry) = conservation?.forget(message) else { return }
        note(.conservation, entry, found.object, found.words(names))
    }

    /// How much is remembered of messages.
    var size: Int { conservation?.size ?? 0 }

    private mutating func note(
        _ invariant: Invariant, _ entry: TraceEntry, _ object: Footprint, _ words: String
    ) {
        guard violations[invariant] == nil else { return }
        let isActed = entry.actor >= 0
        violations[invariant] = Violation(
            invariant: invariant, timeNs: entry.timeNs,
            witness: "\(names.object(object)): message \(SiteNames.short(entry.message)) \(words)",
            place: Violation.Place(
                object: names.object(object), footprint: object, key: entry.key,
                messages: [entry.message], actor: entry.actor,
                worker: isActed ? "\(names.unit(entry.unit))#\(entry.actor)" : "",
                attempt: entry.attempt, beganNs: began[entry.actor] ?? entry.timeNs))
    }
}
