import Foundation
import Results

/// The results of a hunt as far as they are known: what is asked for again is not run again, in this process or
/// in one that goes on with the hunt.
final class HuntMemory: Sendable {
    // Both are used with the lock held, and nowhere else.
    private nonisolated(unsafe) let results: TrialResults
    private nonisolated(unsafe) var known: [String: [Int: TrialSummary]] = [:]
    private let lock = NSLock()

    init(_ results: TrialResults) throws {
        self.results = results
        for phase in try results.phases() {
            for entry in try results.entries(of: phase) {
                known[phase, default: [:]][entry.number] = try TrialSummary(entry)
            }
        }
    }

    func summary(_ phase: String, _ number: Int) -> TrialSummary? {
        lock.withLock { known[phase]?[number] }
    }

    /// The first result of a number counts.
    func store(_ summary: TrialSummary, _ phase: String, _ number: Int, input: String) throws {
        try lock.withLock {
            if try results.store(summary.entry(phase: phase, number: number, input: input)) {
                known[phase, default: [:]][number] = summary
            }
        }
    }

    func fact(_ name: String) throws -> String? { try lock.withLock { try results.fact(name) } }
    func set(_ name: String, to value: String) throws {
        try lock.withLock { try results.set(name, to: value) }
    }

    /// Trials that were run, and their processor time: all that are stored.
    var totals: (trials: Int, cpuMs: Int) {
        lock.withLock {
            known.values.reduce(into: (0, 0)) { sum, phase in
                sum.0 += phase.count
                sum.1 += phase.values.reduce(0) { $0 + $1.cpuMs }
            }
        }
    }

    /// The summaries of a phase by number.
    func summaries(_ phase: String) -> [(number: Int, summary: TrialSummary)] {
        lock.withLock { known[phase] ?? [:] }.sorted { $0.key < $1.key }
            .map { (number: $0.key, summary: $0.value) }
    }
}
