import Checking
import Perturbation

/// One trial without perturbation: what it showed, and what the hunt file's invariants say of it.
public struct DryRun: Sendable {
    public let workload: Workload
    public let outcome: TrialOutcome
    /// In the order of the file, the trial being its own baseline; empty where it did not settle.
    public private(set) var judgements: [Judgement] = []
    /// What of the file finds nothing in what was seen, a sentence each.
    public private(set) var blindSelectors: [String] = []

    /// - Throws: `HuntError`, `CheckingError` where it cannot be run or judged.
    public init(_ hunt: Hunt, on bench: TrialBench) throws {
        workload = try hunt.makeWorkload()
        let input = TrialInput(
            number: 0, seed: HuntRun.baselineSeed, workload: workload, schedule: TrialSchedule(),
            origin: "baseline")
        outcome = try bench.run(
            input, isBaseline: true, isInTurn: hunt.feedsBaselineInTurn)
        guard outcome.ending == .settled else { return }
        let evidence = Evidence(input, outcome, of: hunt)
        let normalised = try hunt.judging.normalised(evidence)
        judgements = try hunt.judging.judgements(
            evidence, baseline: normalised, answer: { try bench.answer(of: $0, to: $1) })
        blindSelectors = try hunt.judging.blindSelectors(in: normalised)
    }
}
