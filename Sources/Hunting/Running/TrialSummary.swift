import Foundation
import Results

/// What is kept of a trial.
public struct TrialSummary: Hashable, Sendable, Codable {
    /// `settled`, `crashed`, …; `unstable-baseline`, `overloaded`
    public var ending: String
    /// In the order of the hunt file's invariants; those that calibration put aside are not among them.
    public var failures: [Failure]
    /// How the schedule came to be.
    public var origin: String
    /// Lines of the schedule, faults included.
    public var atoms: Int
    /// What was new about the schedule and what the system showed, as the coverage-guided strategy counts it.
    public var features: [String]
    public var wallMs: Int
    public var cpuMs: Int
    public var readyMs: Int
    public var standstillMs: Int
    /// ``TrialOutcome/isSecondStart``; nil: it was ready at once.
    public var isSecondStart: Bool?

    /// In place of an ending: it failed against a baseline that does not show the same twice, which says nothing.
    static let unstable = "unstable-baseline"
    /// The same where ``TrialOutcome/isOverloaded``.
    static let overloaded = "overloaded"

    public var isClean: Bool { failures.isEmpty }

    /// A word for the table of results.
    public var verdict: String {
        if ending != "settled" { return ending }
        return isClean ? "clean" : "failed"
    }
}

extension TrialSummary {
    func entry(phase: String, number: Int, input: String) throws -> TrialResults.Entry {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return TrialResults.Entry(
            number: number, phase: phase, input: input, verdict: verdict,
            signature: failures.first.map { $0.signature.description },
            details: String(decoding: try encoder.encode(self), as: UTF8.self), cpuMs: cpuMs,
            wallMs: wallMs)
    }

    init(_ entry: TrialResults.Entry) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(entry.details.utf8))
    }
}
