import Checking

/// Turns what happens in a run into a history: an attempt, or a service's work on one request, is a transaction.
///
/// An attempt commits where it ends well, be it that its acknowledgement came too late; it aborts where it fails
/// or its worker dies. What it stored is there all the same: the simulation's stores roll nothing back.
public struct HistoryRecorder {
    public private(set) var history = History()
    /// What the history's objects stand for, by their number.
    public private(set) var objects: [Footprint] = []

    /// The handler or service of each transaction.
    public private(set) var units: [Int32] = []

    private struct Open {
        let transaction: Int
        /// What it loaded last of each entity, and what versions it made.
        var loaded: [Int: (version: Int64, value: Int64)] = [:]
    }

    /// An object, whoever touches it how.
    private struct Name: Hashable {
        let kind: Footprint.Kind
        let table: Int32
        let entity: Int32
    }

    private var numbers: [Name: Int] = [:]
    private var open: [Int32: Open] = [:]
    private var sequences: [Int64: Int64] = [:]
    /// Of each entity: its latest version and value.
    private var latest: [Int: (version: Int64, value: Int64)] = [:]
    private let initials: [Int64]

    public init(_ topology: Topology) { initials = topology.stores.map(\.initial) }

    /// - Complexity: O(1), amortized.
    public mutating func record(_ entry: TraceEntry) {
        switch entry.what {
        case .arrive:
            if sequences[entry.message] == nil {
                sequences[entry.message] = Int64(sequences.count)
            }
        case .begin, .request: begin(entry)
        case .load, .store, .effect, .publish, .acquire, .release, .expire: add(entry)
        case .commit, .lateAck: end(entry, .committed)
        case .reply: end(entry, entry.value == 0 ? .committed : .aborted)
        case .conflict, .fence, .fail, .timeOut, .kill: end(entry, .aborted)
        default: break
        }
    }

    private mutating func begin(_ entry: TraceEntry) {
        end(entry, .aborted)
        let transaction = history.begin(
            History.Transaction(
                message: entry.message, key: Int64(entry.key),
                sequence: sequences[entry.message] ?? entry.message, attempt: entry.attempt,
                worker: entry.actor, beganNs: entry.timeNs))
        open[entry.actor] = Open(transaction: transaction)
        units.append(entry.unit)
    }

    private mutating func end(_ entry: TraceEntry, _ outcome: History.Outcome) {
        guard let attempt = open.removeValue(forKey: entry.actor) else { return }
        history.end(attempt.transaction, outcome, at: entry.timeNs)
    }

    private mutating func add(_ entry: TraceEntry) {
        guard let footprint = entry.footprint, let attempt = open[entry.actor] else { return }
        let object = number(footprint)
        func event(
            _ kind: History.Event.Kind, version: Int64 = 0, basis: Int64? = nil, value: Int64 = 0
        ) -> History.Event {
            History.Event(
                kind, by: attempt.transaction, on: object, at: entry.timeNs, version: version,
                basis: basis, value: value)
        }
        switch entry.what {
        case .load:
            open[entry.actor]?.loaded[object] = (entry.version, entry.value)
            history.append(event(.read, version: entry.version, value: entry.value))
        case .store:
            let now = latest[object] ?? (0, initials[Int(footprint.table)])
            let seen = attempt.loaded[object]
            if footprint.access != .write && seen?.version != now.version {
                // The store itself looks at what is there.
                history.append(event(.read, version: now.version, value: now.value))
            }
            let basis = footprint.access == .write ? seen?.version : now.version
            history.append(
                event(.write, version: entry.version, basis: basis, value: entry.value))
            latest[object] = (entry.version, entry.value)
            open[entry.actor]?.loaded[object] = (entry.version, entry.value)
        case .effect, .publish: history.append(event(.effect))
        case .acquire: history.append(event(.acquire, version: entry.value))
        case .release: history.append(event(.release, version: entry.value))
        default: history.append(event(.expire, version: entry.value))
        }
    }

    private mutating func number(_ footprint: Footprint) -> Int {
        // An effect is one object, whatever message it is for.
        let hasEntities = footprint.kind == .entity || footprint.kind == .lock
        let name = Name(
            kind: footprint.kind, table: footprint.table,
            entity: hasEntities ? footprint.entity : 0)
        if let known = numbers[name] { return known }
        numbers[name] = objects.count
        objects.append(footprint)
        return objects.count - 1
    }
}

extension Topology {
    /// Runs it once, and keeps all that was read and written.
    ///
    /// - Complexity: memory in the number of attempts and of what they do.
    public func history(
        _ strategy: Strategy? = nil, seed: String? = nil
    ) -> (result: RunResult, recorder: HistoryRecorder) {
        var recorder = HistoryRecorder(self)
        let result = run(strategy, seed: seed) { recorder.record($0) }
        return (result, recorder)
    }
}
