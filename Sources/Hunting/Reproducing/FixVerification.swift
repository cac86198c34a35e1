import Checking
import Foundation
import Perturbation
import Records
import Results

/// Reproducers and schedules near them, run against a system that is said to be fixed.
public struct FixVerification: Sendable {
    /// What one reproducer came to.
    public struct Entry: Sendable {
        public var folder: String
        public var failure: Failure
        /// Runs of the reproducer as it is, and those that showed the failure.
        public var runs: Int
        public var shown: Int
        /// Schedules near it, and those that showed the failure.
        public var neighbours: Int
        public var shownNearby: Int
        /// Other failures that showed meanwhile: what the fix broke, perhaps.
        public var others: [Failure]

        public var isFixed: Bool { shown == 0 && shownNearby == 0 }
    }

    public var entries: [Entry] = []

    public init() {}

    public var fixed: Int { entries.count { $0.isFixed } }
    /// The share of reproducers that show nothing any more, nor anything near them.
    public var rate: Double {
        entries.isEmpty ? 1 : Double(fixed) / Double(entries.count)
    }

    /// Runs one more reproducer.
    ///
    /// - Parameters:
    ///   - runs: of the reproducer as it is.
    ///   - neighbours: how many schedules near it are tried.
    /// - Throws: `HuntError` where the system cannot be run.
    public mutating func add(
        _ reproducer: Reproducer, from folder: String, runs: Int, neighbours: Int, width: Int,
        trials: String, shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let bench = try TrialBench(reproducer.document.hunt, folder: trials, shouldStop: shouldStop)
        try bench.build()
        let results = try TrialResults(path: bench.folder + "/runs.db", identity: "verify-fix")
        let run = try HuntRun(reproducer.document, bench: bench, results: results, width: width)
        let signature = reproducer.failure.signature
        let same = try run.repetitions(of: reproducer.input, runs)
        try same.refuseUnstarted(keeping: signature, in: bench.folder)
        let neighbourhood = Neighbourhood(of: reproducer.input, in: reproducer.wholeWorkload)
        var near: [TrialSummary] = []
        var next = 1
        try TrialBench.sideBySide(
            width,
            next: {
                defer { next += 1 }
                return next <= neighbours ? next : nil
            },
            run: { number in
                let input = neighbourhood.neighbour(number)
                return try run.summary(of: input, phase: "near", number: number)
            }, done: { _, summary in near.append(summary) })
        var seen: Set<FailureSignature> = [signature]
        let others = (same + near).flatMap(\.failures).filter { seen.insert($0.signature).inserted }
        entries.append(
            Entry(
                folder: folder, failure: reproducer.failure, runs: runs,
                shown: same.count { $0.shows(signature) }, neighbours: neighbours,
                shownNearby: near.count { $0.shows(signature) }, others: others))
    }
}
