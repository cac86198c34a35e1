import Checking
import Foundation
import Shrinking

extension HuntRun {
    /// Shrinks a cluster's first trial and writes what is left as a folder. Where another cluster's result shows this
    /// failure every time, and does nothing that the trial does not do, that is what is shrunk: one bug often breaks
    /// several invariants.
    ///
    /// - Parameters:
    ///   - others: whose folders are taken.
    ///   - family: those of the same signature.
    ///   - made: what they came to.
    /// - Returns: what this one came to; nil where that is what one of `family` does, and it is no cluster of its own.
    func makeReproducer(
        of cluster: inout HuntResult.Cluster, in folder: String,
        beside others: [HuntResult.Cluster], of family: [HuntResult.Cluster],
        knowing made: [ShrinkingAttempt]
    ) throws -> ShrinkingAttempt? {
        let signature = cluster.failure.signature
        let whole = try input(of: cluster)
        let known = made.first { attempt in
            attempt.replays.allSatisfy { $0.shows(signature) }
                && whole.schedule.ways.isSuperset(of: attempt.input.schedule.ways)
        }
        let first = known?.input ?? whole
        let runs = hunt.confirm.runs
        let attempt = try smallest(of: first, cluster)
        let (shrunk, again) = (attempt.shrunk, attempt.replays)
        var small = attempt.input
        if family.contains(where: { $0.reproducer?.kinds == small.schedule.kinds }) { return nil }
        small.origin = "shrunk from trial \(small.number)"
        let shown = again.count { $0.shows(signature) }
        progress(
            HuntProgress(
                step: .verifying, done: runs, of: runs, failing: shown, note: signature.description)
        )
        let failure =
            again.lazy.flatMap(\.failures).first { $0.signature == signature } ?? cluster.failure
        // The same failure, in the words that its reproducer shows.
        cluster.failure = failure
        let reproducer = Reproducer(
            document: document, input: small, failure: failure, seed: small.seed)
        var path = folder + "/" + Reproducer.folderName(failure)
        if others.contains(where: { $0.reproducer?.folder == path }) {
            path += "-" + small.schedule.kinds.joined(separator: "-")
        }
        try reproducer.write(to: path)
        cluster.reproducer = HuntResult.Reproduced(
            folder: path, records: small.workload.records.count, atoms: small.schedule.atomCount,
            kinds: small.schedule.kinds, shrinkingTrials: shrunk.trials,
            shrinkingCandidates: shrunk.candidates + attempt.moments,
            atomsAtFirst: shrunk.atomsAtFirst,
            partsAtFirst: first.workload.records.count + first.schedule.atomCount,
            isMinimal: attempt.isMinimal, isWhole: attempt.isWhole,
            reproductions: shown, reproductionRuns: runs,
            afterMs: elapsedMs, foundWays: attempt.foundWays)
        return ShrinkingAttempt(input: small, shrunk: shrunk, replays: again)
    }
}

extension TrialSchedule {
    /// What it does, each kind once, by name.
    public var kinds: [String] {
        Set(lines.map(\.kind) + faults.map(\.kind.rawValue)).sorted()
    }
}
