import Checking
import Foundation
import Results

/// A reproducer that is run again: how often it shows its failure.
public struct Reproduction: Sendable {
    public let reproducer: Reproducer
    public var runs = 0
    /// Runs that showed the failure by its signature.
    public var shown = 0
    /// Runs that showed another failure instead.
    public var others: [Failure] = []
    /// The failure, as the last run showed it.
    public var last: Failure?
    public var wallMs = 0
    public var cpuMs = 0

    /// Runs a reproducer several times.
    ///
    /// - Parameters:
    ///   - width: trials at a time.
    ///   - folder: for the trials.
    /// - Throws: `HuntError` where the system or its baseline cannot be run.
    public init(
        of reproducer: Reproducer, runs: Int, width: Int, folder: String,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        self.reproducer = reproducer
        let bench = try TrialBench(reproducer.document.hunt, folder: folder, shouldStop: shouldStop)
        try bench.build()
        let results = try TrialResults(path: bench.folder + "/runs.db", identity: "reproduction")
        let run = try HuntRun(reproducer.document, bench: bench, results: results, width: width)
        let summaries = try run.repetitions(of: reproducer.input, runs)
        try summaries.refuseUnstarted(keeping: reproducer.failure.signature, in: bench.folder)
        for summary in summaries { count(summary) }
    }

    private mutating func count(_ summary: TrialSummary) {
        runs += 1
        wallMs += summary.wallMs
        cpuMs += summary.cpuMs
        let signature = reproducer.failure.signature
        if let failure = summary.failures.first(where: { $0.signature == signature }) {
            shown += 1
            last = failure
        } else if let other = summary.failures.first {
            others.append(other)
        }
    }
}

extension [TrialSummary] {
    /// A system that was never ready shows no failure, and is not free of it.
    ///
    /// - Throws: `HuntError` where it was ready in no run; a failure that consists in that is one.
    func refuseUnstarted(keeping signature: FailureSignature, in folder: String) throws {
        let isUnstarted = allSatisfy {
            !$0.shows(signature)
                && ["not-started", "never-ready", TrialSummary.overloaded].contains($0.ending)
        }
        guard isUnstarted, let first else { return }
        throw HuntError(
            .system,
            "the system was ready in none of \(count) runs: "
                + (first.failures.first?.words
                    ?? TrialOutcome.overload(standstillMs: first.standstillMs))
                + "; its output is in \(folder)")
    }
}
