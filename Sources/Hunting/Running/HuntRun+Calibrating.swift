import Checking
import Records

extension HuntRun {
    /// Names of invariants that need no baseline: where one is broken without any perturbation that is no difference
    /// from one run to the next.
    private var mustHoldAnyway: Set<String> {
        Set(hunt.judging.plan.invariants.map(\.name)).subtracting(hunt.judging.comparing)
    }

    /// The baseline against itself: what differs without any perturbation is the system's own doing and is put
    /// aside before any variant is judged.
    func calibrate() throws -> HuntResult.Calibration {
        let input = try baselineInput()
        let runs = hunt.budget.calibration
        // The first of them is the baseline itself; it tells early whether the system works at all.
        let evidence = try baselineEvidence(under: input)
        var summaries: [TrialSummary] = []
        var next = 1
        try TrialBench.sideBySide(
            min(width, runs),
            next: {
                defer { next += 1 }
                return next <= runs ? next : nil
            },
            run: { [self] number in
                try summary(of: input, phase: Self.calibrationPhase, number: number)
            },
            done: { [self] _, summary in
                summaries.append(summary)
                progress(
                    HuntProgress(
                        step: .calibrating, done: summaries.count, of: runs,
                        failing: summaries.count { !$0.isClean }, note: ""))
            })
        if let first = summaries.first, summaries.allSatisfy({ $0.ending != "settled" }) {
            throw HuntError(
                .system,
                "no trial of the calibration settled: "
                    + (first.failures.first?.words
                        ?? TrialOutcome.overload(standstillMs: first.standstillMs)))
        }
        try noteStableBaseline(under: input)
        var calibration = HuntResult.Calibration()
        calibration.trials = runs
        calibration.blindSelectors =
            try hunt.judging.blindSelectors(in: evidence)
            + hunt.judging.unjudgeable(in: evidence)
        var counts: [FailureSignature: (Int, String)] = [:]
        for summary in summaries {
            for failure in summary.failures {
                counts[failure.signature, default: (0, failure.words)].0 += 1
            }
        }
        for (signature, (count, words)) in counts.sorted(by: { $0.key < $1.key }) {
            let one = HuntResult.Calibration.Quarantined(
                signature: signature, count: count, words: words,
                isListed: team.quarantine.masks(signature, of: hunt.name),
                isPutAside: !team.quarantine.isOverdue(signature, of: hunt.name))
            if mustHoldAnyway.contains(signature.invariant) {
                calibration.broken.append(one)
            } else {
                calibration.quarantined.append(one)
            }
        }
        calibration.readyMs = summaries.reduce(0) { $0 + $1.readyMs } / max(1, summaries.count)
        calibration.wallMs = summaries.reduce(0) { $0 + $1.wallMs } / max(1, summaries.count)
        calibration.cpuMs = summaries.reduce(0) { $0 + $1.cpuMs } / max(1, summaries.count)
        return calibration
    }
}
