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
        bestSoFar.withLock { $0 = BestSoFar(cluster, first: first) }
        defer { if cluster.reproducer != nil { bestSoFar.withLock { $0 = nil } } }
        let attempt = try smallest(of: first, cluster)
        let (shrunk, again) = (attempt.shrunk, attempt.replays)
        let small = attempt.input
        if family.contains(where: { $0.reproducer?.kinds == small.schedule.kinds }) { return nil }
        progress(
            HuntProgress(
                step: .verifying, done: runs, of: runs, failing: again.shown(signature),
                note: signature.description))
        var reproduced = HuntResult.Reproduced(of: small, first: first, replays: again, signature)
        reproduced.shrinkingTrials = shrunk.trials
        reproduced.shrinkingCandidates = shrunk.candidates + attempt.moments
        reproduced.atomsAtFirst = shrunk.atomsAtFirst
        reproduced.isMinimal = attempt.isMinimal
        reproduced.isWhole = attempt.isWhole
        reproduced.foundWays = attempt.foundWays
        try write(reproduced, of: &cluster, small, replays: again, in: folder, beside: others)
        return ShrinkingAttempt(input: small, shrunk: shrunk, replays: again)
    }

    /// Writes the folder, and notes it in the cluster.
    ///
    /// - Parameters:
    ///   - replays: of the input; empty: there are none.
    ///   - others: whose folders are taken.
    private func write(
        _ reproduced: HuntResult.Reproduced, of cluster: inout HuntResult.Cluster,
        _ input: TrialInput, replays: [TrialSummary], in folder: String,
        beside others: [HuntResult.Cluster]
    ) throws {
        var input = input
        input.origin = "shrunk from trial \(input.number)"
        // The same failure, in the words that its reproducer shows.
        cluster.failure =
            replays.lazy.flatMap(\.failures).first { $0.signature == cluster.failure.signature }
            ?? cluster.failure
        let name = folder + "/" + Reproducer.folderName(cluster.failure)
        let kinds = input.schedule.kinds.joined(separator: "-")
        let taken = others.compactMap(\.reproducer?.folder)
        let names = [name] + (kinds.isEmpty ? [] : [name + "-" + kinds])
        // One of these is free, as there are fewer others.
        let numbered = (2...others.count + 2).map { "\(name)-\($0)" }
        let path = (names + numbered).first { !taken.contains($0) } ?? name
        var reproducer = Reproducer(
            document: document, input: input, failure: cluster.failure, seed: input.seed)
        reproducer.replays = (reproduced.reproductions, reproduced.reproductionRuns)
        reproducer.isStopped = reproduced.isStopped
        try reproducer.write(to: path)
        var reproduced = reproduced
        reproduced.folder = path
        reproduced.afterMs = elapsedMs
        cluster.reproducer = reproduced
    }

    /// A hunt that is stopped writes the least that it knows of each confirmed cluster: what shrinking had come to, or the
    /// trial as it was.
    func writeBestSoFar(of clusters: inout [HuntResult.Cluster], in folder: String) throws {
        let best = bestSoFar.withLock { $0 }
        var left = hunt.budget.clusters - clusters.count { $0.reproducer != nil }
        for place in clusters.indices where left > 0 {
            let cluster = clusters[place]
            guard cluster.isConfirmed, cluster.reproducer == nil else { continue }
            left -= 1
            let signature = cluster.failure.signature
            var known = BestSoFar(cluster, first: try input(of: cluster))
            if let best, best.signature == signature, best.firstTrial == cluster.firstTrial {
                known = best
            }
            var reproduced = HuntResult.Reproduced(
                of: known.input, first: known.first, replays: known.replays, signature)
            reproduced.shrinkingTrials = known.trials
            reproduced.shrinkingCandidates = known.candidates
            reproduced.atomsAtFirst =
                known.atomsAtFirst == 0
                ? Self.tree(of: known.first).atomCount : known.atomsAtFirst
            reproduced.isStopped = true
            try write(
                reproduced, of: &clusters[place], known.input, replays: known.replays, in: folder,
                beside: clusters)
        }
    }
}

extension HuntResult.Reproduced {
    /// What is known of an input by itself.
    fileprivate init(
        of input: TrialInput, first: TrialInput, replays: [TrialSummary],
        _ signature: FailureSignature
    ) {
        folder = ""
        records = input.workload.records.count
        atoms = input.schedule.atomCount
        kinds = input.schedule.kinds
        partsAtFirst = first.parts
        reproductions = replays.shown(signature)
        reproductionRuns = replays.count
    }
}

extension [TrialSummary] {
    /// How many of them show it.
    func shown(_ signature: FailureSignature) -> Int { count { $0.shows(signature) } }
}

extension TrialSchedule {
    /// What it does, each kind once, by name.
    public var kinds: [String] {
        Set(lines.map(\.kind) + faults.map(\.kind.rawValue)).sorted()
    }
}
