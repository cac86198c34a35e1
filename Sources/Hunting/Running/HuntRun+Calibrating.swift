import Checking
import Records

extension HuntRun {
    /// The baseline against itself: what differs without any perturbation is the system's own doing and is put
    /// aside before any variant is judged.
    func calibrate() throws -> HuntResult.Calibration {
        let input = try baselineInput()
        let runs = hunt.budget.calibration
        // The first of them is the baseline itself; it tells early whether the system works at all.
        _ = try baselineEvidence(under: input)
        var summaries: [TrialSummary] = []
        var next = 1
        try TrialBench.sideBySide(
            min(width, runs),
            next: {
                defer { next += 1 }
                return next <= runs ? next : nil
            },
            run: { [self] number in try summary(of: input, phase: "calibrate", number: number) },
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
                    + (first.failures.first?.words ?? first.ending))
        }
        try noteStableBaseline(under: input)
        var calibration = HuntResult.Calibration()
        calibration.trials = runs
        var counts: [FailureSignature: (Int, String)] = [:]
        for summary in summaries {
            for failure in summary.failures {
                counts[failure.signature, default: (0, failure.words)].0 += 1
            }
        }
        calibration.quarantined = counts.sorted { $0.key < $1.key }.map {
            .init(signature: $0.key, count: $0.value.0, words: $0.value.1)
        }
        calibration.readyMs = summaries.reduce(0) { $0 + $1.readyMs } / max(1, summaries.count)
        calibration.wallMs = summaries.reduce(0) { $0 + $1.wallMs } / max(1, summaries.count)
        calibration.cpuMs = summaries.reduce(0) { $0 + $1.cpuMs } / max(1, summaries.count)
        return calibration
    }
}
