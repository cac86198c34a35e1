import Checking

extension HuntRun {
    /// One cluster for each signature that the search met, the most frequent first; each is repeated before it
    /// counts.
    func clusters(of search: HuntResult.Search) throws -> [HuntResult.Cluster] {
        let signatures = search.counts.keys.sorted {
            (search.counts[$1] ?? 0, $0) < (search.counts[$0] ?? 0, $1)
        }
        var clusters: [HuntResult.Cluster] = []
        for signature in signatures {
            clusters.append(try confirmed(signature, search))
        }
        return clusters.sorted { $0.isConfirmed && !$1.isConfirmed }
    }

    /// Repeats up to three failing trials of a signature; the first that shows it often enough is taken.
    private func confirmed(
        _ signature: FailureSignature, _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster {
        // What waits for a commit hangs on no clock, so it repeats more surely than what strikes at a moment.
        let found = search.numbers[signature] ?? []
        let timed = Set(try found.prefix(50).filter { try input($0).schedule.isTimed })
        let numbers = found.filter { !timed.contains($0) } + found.filter(timed.contains)
        var best: HuntResult.Cluster?
        for number in numbers.prefix(3) {
            let cluster = try cluster(signature, number, search)
            if cluster.isConfirmed { return cluster }
            if cluster.confirmations >= best?.confirmations ?? 0 { best = cluster }
        }
        guard let best else { throw HuntError(.input, "no trial shows \(signature)") }
        return best
    }

    func cluster(
        _ signature: FailureSignature, _ number: Int, _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster {
        let input = try input(number)
        let runs = hunt.confirm.runs
        let summaries = try repetitions(of: input, runs)
        let shown = summaries.count { $0.shows(signature) }
        progress(
            HuntProgress(
                step: .confirming, done: runs, of: runs, failing: shown,
                note: signature.description))
        let failure =
            summaries.lazy.flatMap(\.failures).first { $0.signature == signature }
            ?? memory.summary("search", number)?.failures.first { $0.signature == signature }
        guard let failure else { throw HuntError(.input, "trial \(number) shows no \(signature)") }
        return HuntResult.Cluster(
            failure: failure, count: search.counts[signature] ?? 0, firstTrial: number,
            firstSeed: hunt.seed(ofTrial: number), confirmations: shown, confirmationRuns: runs,
            isConfirmed: shown >= hunt.confirm.needed, afterMs: elapsedMs, reproducer: nil)
    }

    /// The same input again and again, side by side.
    func repetitions(of input: TrialInput, _ runs: Int, from first: Int = 1) throws
        -> [TrialSummary]
    {
        var summaries: [TrialSummary] = []
        var next = first
        let phase = "again \(input.digest)"
        try TrialBench.sideBySide(
            min(width, runs),
            next: {
                defer { next += 1 }
                return next < first + runs ? next : nil
            }, run: { [self] number in try summary(of: input, phase: phase, number: number) },
            done: { _, summary in summaries.append(summary) })
        return summaries
    }
}

extension TrialSchedule {
    /// Whether something strikes the system at a moment that a clock says.
    fileprivate var isTimed: Bool {
        faults.contains { !$0.kind.isOfSink && ($0.once == nil || $0.delayUs > 0) }
    }
}

extension TrialSummary {
    func shows(_ signature: FailureSignature) -> Bool {
        failures.contains { $0.signature == signature }
    }
}
