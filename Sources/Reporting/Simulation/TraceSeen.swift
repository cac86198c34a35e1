import Simulation

/// Whether a run has what a filter asks for: before the run by names, after it by what was seen.
public struct TraceSeen {
    private let filter: TraceFilter
    private let names: SiteNames
    /// The worker's handler and number, the entity's key; nil where the filter asks for none.
    private let worker: (unit: String, number: Int32?)?
    private let key: Int32?
    private var sawWorker = false
    private var sawKey = false
    private var sawMessage = false
    private var workers: ClosedRange<Int32>?
    private var greatestKey: Int32 = -1
    private var greatestMessage: Int64 = -1

    public init(_ filter: TraceFilter, _ names: SiteNames) {
        (self.filter, self.names) = (filter, names)
        worker = filter.worker.map { text in
            guard let mark = text.lastIndex(of: "#") else { return (text, nil) }
            return (String(text[..<mark]), Int32(text[text.index(after: mark)...]) ?? -1)
        }
        key = filter.entity.flatMap { Self.parts($0).key }
    }

    /// What the filter asks for that no run of this topology has, a sentence each, with what there is.
    public var problems: [String] { [workerProblem, entityProblem].compactMap { $0 } }

    private var workerProblem: String? {
        guard let worker, let text = filter.worker else { return nil }
        let units = names.unitNames
        if !units.contains(worker.unit) {
            return "--worker \(text): there is no such handler; there are \(units.inWords)"
        }
        return worker.number == -1
            ? "--worker \(text): what follows # is no number; write \(worker.unit)#0" : nil
    }

    private var entityProblem: String? {
        guard let text = filter.entity else { return nil }
        let (name, key) = Self.parts(text)
        let (keyed, whole) = (names.keyedNames, names.wholeNames)
        guard let name else {
            if key != nil || whole.contains(text) { return nil }
            if keyed.contains(text) { return "--entity \(text): which one? Write \(text)/0" }
            return "--entity \(text): there is nothing of that name; \(Self.list(keyed, whole))"
        }
        if whole.contains(text) { return nil }
        if !keyed.contains(name) {
            return
                "--entity \(text): there is nothing of the name \(name); \(Self.list(keyed, whole))"
        }
        return key == nil ? "--entity \(text): what follows / is no key; write \(name)/0" : nil
    }

    private static func list(_ keyed: [String], _ whole: [String]) -> String {
        let all = keyed.map { "\($0)/KEY" } + whole + ["a key alone, as 17"]
        return "there are \(all.inWords)"
    }

    /// `inventory/17`: a name and a key; `17`: a key alone.
    private static func parts(_ text: String) -> (name: String?, key: Int32?) {
        func number(_ text: Substring) -> Int32? { Int32(text).flatMap { $0 >= 0 ? $0 : nil } }
        guard let mark = text.lastIndex(of: "/") else { return (nil, number(text[...])) }
        return (String(text[..<mark]), number(text[text.index(after: mark)...]))
    }

    /// - Complexity: O(1)
    public mutating func see(_ entry: TraceEntry) {
        if let worker, entry.actor >= 0, entry.unit >= 0, names.unit(entry.unit) == worker.unit {
            workers =
                min(
                    workers?.lowerBound ?? .max, entry.actor)...max(
                    workers?.upperBound ?? -1, entry.actor)
            sawWorker = sawWorker || worker.number == nil || worker.number == entry.actor
        }
        if let key {
            greatestKey = max(
                greatestKey, entry.footprint?.entity ?? -1, entry.message >= 0 ? entry.key : -1)
            sawKey =
                sawKey || (entry.message >= 0 && entry.key == key) || entry.footprint?.entity == key
        }
        if let message = filter.message, entry.message >= 0 {
            sawMessage = sawMessage || SiteNames.short(entry.message) == message
            if SiteNames.isOfSource(entry.message) {
                greatestMessage = max(greatestMessage, SiteNames.short(entry.message))
            }
        }
    }

    /// What the filter asks for that this run did not have, a sentence each, with what it had.
    public var absences: [String] {
        var sentences: [String] = []
        if let worker, let text = filter.worker, !sawWorker {
            let range = workers.map {
                "\(worker.unit)#\($0.lowerBound) to \(worker.unit)#\($0.upperBound) work in it"
            }
            sentences.append(
                "--worker \(text): it does nothing in this run; \(range ?? "nobody of \(worker.unit) does")"
            )
        }
        if let text = filter.entity, key != nil, !sawKey {
            let range = greatestKey < 0 ? "nothing has a key" : "keys are 0 to \(greatestKey)"
            sentences.append("--entity \(text): nothing in this run is about that key; \(range)")
        }
        if let message = filter.message, !sawMessage {
            let range =
                greatestMessage < 0
                ? "there are none" : "those of sources are 0 to \(greatestMessage)"
            sentences.append(
                "--message \(message): no message of this run has that number; \(range)")
        }
        return sentences
    }
}
