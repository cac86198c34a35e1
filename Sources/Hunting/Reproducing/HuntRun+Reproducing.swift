import Checking
import Foundation

extension HuntRun {
    /// Shrinks a cluster's first trial and writes what is left as a folder.
    func makeReproducer(of cluster: inout HuntResult.Cluster, in folder: String) throws {
        let signature = cluster.failure.signature
        let first = try input(cluster.firstTrial)
        let isFlaky = cluster.confirmations < cluster.confirmationRuns
        var (small, shrunk) = try shrink(first, keeping: signature, isFlaky: isFlaky)
        small.origin = "shrunk from trial \(cluster.firstTrial)"
        let runs = hunt.confirm.runs
        let again = try repetitions(of: small, runs, from: 1001)
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
        let name = Reproducer.folderName(failure)
        let path = folder + "/" + name
        try reproducer.write(to: path)
        cluster.reproducer = HuntResult.Reproduced(
            folder: path, records: small.workload.records.count, atoms: small.schedule.atomCount,
            kinds: small.schedule.kinds, shrinkingTrials: shrunk.trials,
            shrinkingCandidates: shrunk.candidates, atomsAtFirst: shrunk.atomsAtFirst,
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
