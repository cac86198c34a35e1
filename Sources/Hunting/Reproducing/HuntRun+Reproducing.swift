import Checking
import Foundation
import Shrinking

extension HuntRun {
    /// Shrinks a cluster's first trial and writes what is left as a folder.
    ///
    /// - Parameter others: whose folders are taken.
    func makeReproducer(
        of cluster: inout HuntResult.Cluster, in folder: String,
        beside others: [HuntResult.Cluster]
    ) throws {
        let signature = cluster.failure.signature
        let first = try input(cluster.firstTrial)
        // What strikes at a moment may miss by chance: a step that only sometimes fails is none.
        let isTimed =
            cluster.confirmations < cluster.confirmationRuns || !first.schedule.faults.isEmpty
        let runs = hunt.confirm.runs
        var (small, shrunk) = try shrink(
            first, keeping: signature,
            confirmation: isTimed ? Confirmation(needed: 3, of: 3) : .once)
        var again = try repetitions(of: small, runs, from: Self.replayNumber)
        (small, again) = try retimed(small, keeping: signature, replays: again, runs: runs)
        if again.contains(where: { !$0.shows(signature) }) {
            let (other, second) = try shrink(
                first, keeping: signature, confirmation: Confirmation(needed: 5, of: 6))
            // Where the whole does not show that often itself, the first result is the better one.
            if case .minimal = second.end {
                let first = try repetitions(of: other, runs, from: Self.replayNumber)
                let (other, replays) = try retimed(
                    other, keeping: signature, replays: first, runs: runs)
                if replays.count(where: { $0.shows(signature) })
                    > again.count(where: { $0.shows(signature) })
                {
                    (small, shrunk, again) = (other, second, replays)
                }
            }
        }
        small.origin = "shrunk from trial \(cluster.firstTrial)"
        let shown = again.count { $0.shows(signature) }
        progress(
            HuntProgress(
                step: .verifying, done: runs, of: runs, failing: shown, note: signature.description)
        )
        var isMinimal = false
        if case .minimal = shrunk.end { isMinimal = true }
        let failure =
            again.lazy.flatMap(\.failures).first { $0.signature == signature } ?? cluster.failure
        let reproducer = Reproducer(
            document: document, input: small, failure: failure, seed: cluster.firstSeed)
        var path = folder + "/" + Reproducer.folderName(failure)
        if others.contains(where: { $0.reproducer?.folder == path }) {
            path += "-" + small.schedule.kinds.joined(separator: "-")
        }
        try reproducer.write(to: path)
        cluster.reproducer = HuntResult.Reproduced(
            folder: path, records: small.workload.records.count, atoms: small.schedule.atomCount,
            kinds: small.schedule.kinds, shrinkingTrials: shrunk.trials,
            shrinkingCandidates: shrunk.candidates, atomsAtFirst: shrunk.atomsAtFirst,
            partsAtFirst: first.workload.records.count + first.schedule.atomCount,
            isMinimal: isMinimal, reproductions: shown, reproductionRuns: runs,
            afterMs: elapsedMs)
    }
}

extension TrialSchedule {
    /// What it does, each kind once, by name.
    public var kinds: [String] {
        Set(lines.map(\.kind) + faults.map(\.kind.rawValue)).sorted()
    }
}
