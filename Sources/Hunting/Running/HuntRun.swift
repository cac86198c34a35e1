import Checking
import Foundation
import Perturbation
import Records
import Results
import Shrinking
import Synchronization

/// A hunt from calibration to reproducers. What it has done is in its results; a hunt that goes on with them
/// repeats nothing.
public final class HuntRun: Sendable {
    public let document: HuntDocument
    let hunt: Hunt
    let bench: TrialBench
    let memory: HuntMemory
    /// Trials at a time.
    let width: Int
    let progress: @Sendable (HuntProgress) -> Void
    let team: TeamLists
    /// Failures that calibration put aside.
    let quarantine = Mutex<Set<FailureSignature>>([])
    /// Schedules of trials that later ones are made from.
    let schedules = Mutex<[Int: TrialSchedule]>([:])
    /// Of the cluster that is being shrunk.
    let bestSoFar = Mutex<BestSoFar?>(nil)
    private let baselines: BaselineShelf
    private let start = ContinuousClock.now

    /// - Parameters:
    ///   - results: of this hunt, empty or of an earlier run.
    ///   - team: what does not count for now, and what escaped.
    ///   - progress: told from any thread.
    public init(
        _ document: HuntDocument, bench: TrialBench, results: TrialResults, width: Int,
        team: TeamLists = TeamLists(),
        progress: @escaping @Sendable (HuntProgress) -> Void = { _ in }
    ) throws {
        self.document = document
        hunt = document.hunt
        self.bench = bench
        memory = try HuntMemory(results)
        self.width = max(1, width)
        self.progress = progress
        self.team = team
        baselines = BaselineShelf()
    }

    /// Runs all of it.
    ///
    /// - Parameters:
    ///   - reproducers: a folder that is made, with one reproducer a cluster in it.
    ///   - crew: workers that run the trials of the search; nil: this process. Calibration, confirmation and
    ///     shrinking are this process's in any case.
    /// - Returns: where it was stopped what was found until then: ``HuntResult/stoppedAt``.
    /// - Throws: `HuntError` where the hunt could not be run; what it found until then is in its results.
    public func run(reproducers: String, over crew: WorkerCrew? = nil) throws -> HuntResult {
        var result = HuntResult(document)
        result.escapes = team.escapes
        do {
            try run(&result, reproducers: reproducers, over: crew)
        } catch let error as HuntError where error.kind == .stopped {
            // Workers wait for no hunt that is over.
            try? crew?.end()
            try addWhatIsKnown(to: &result)
            try writeBestSoFar(of: &result.clusters, in: reproducers)
        }
        let totals = memory.totals
        (result.trials, result.cpuMs) = (totals.trials, totals.cpuMs)
        result.wallMs = elapsedMs
        return result
    }

    /// Each part is in the result as soon as it is known.
    private func run(
        _ result: inout HuntResult, reproducers: String, over crew: WorkerCrew?
    ) throws {
        result.stoppedAt = .calibrating
        try bench.build()
        result.calibration = try calibrate()
        let aside = result.calibration.quarantined.filter(\.isPutAside).map(\.signature)
        quarantine.withLock { $0 = Set(aside) }
        result.stoppedAt = .searching
        try crew?.begin(try notice(of: result.calibration))
        result.search = try search(over: crew)
        try crew?.end()
        result.quarantine = quarantineUses(result.calibration, result.search)
        result.stoppedAt = .confirming
        try confirm(result.search, &result.clusters)
        result.stoppedAt = .shrinking
        try reproduce(&result.clusters, of: result.search, in: reproducers)
        result.stoppedAt = nil
    }

    // MARK: Single trials

    /// Runs a trial, or says what is known of it.
    ///
    /// - Parameters:
    ///   - phase: what it is for; with the number the key of its result.
    ///   - number: of the phase.
    package func summary(of input: TrialInput, phase: String, number: Int) throws -> TrialSummary {
        if let known = memory.summary(phase, number) { return known }
        let isCalibration = phase == Self.calibrationPhase
        let (summary, _) = try judged(input, isCalibration: isCalibration)
        // Who goes on with the hunt calibrates again.
        if isCalibration, summary.ending == TrialSummary.overloaded { return summary }
        try memory.store(summary, phase, number, input: input.digest)
        return summary
    }

    /// Runs a trial and judges it.
    ///
    /// - Parameter isCalibration: it is the baseline that is held against itself, and what differs is looked for.
    func judged(
        _ input: TrialInput, isCalibration: Bool = false
    ) throws -> (TrialSummary, TrialOutcome) {
        guard hunt.judging.needsBaseline else {
            let outcome = try bench.run(input, isCalibration: isCalibration)
            return (try summary(input, outcome, nil), outcome)
        }
        // A workload that is new has its baseline beside it.
        let baseline = BesideThis { [self] in try baselineEvidence(under: input) }
        let isInTurn = isCalibration && hunt.feedsBaselineInTurn
        let outcome = try bench.run(input, isCalibration: isCalibration, isInTurn: isInTurn)
        var summary = try summary(input, outcome, try baseline.value())
        // Of what needs no baseline an unstable one says nothing.
        if !isCalibration, outcome.ending == .settled,
            summary.failures.contains(where: { comparing.contains($0.invariant) }),
            try isBaseline(input) || !isStable(under: input)
        {
            summary.failures.removeAll { comparing.contains($0.invariant) }
            if summary.isClean { summary.ending = TrialSummary.unstable }
        }
        return (summary, outcome)
    }

    func summary(
        _ input: TrialInput, _ outcome: TrialOutcome, _ baseline: Evidence?
    ) throws -> TrialSummary {
        var failures: [Failure]
        if outcome.ending == .settled {
            let evidence = Evidence(input, outcome, of: hunt)
            failures = try hunt.judging.failures(
                evidence, baseline: baseline,
                answer: { [bench] in try bench.answer(of: $0, to: $1) })
        } else {
            failures = outcome.isOverloaded ? [] : [Failure(ending: outcome.ending)]
        }
        let putAside = quarantine.withLock { $0 }
        failures.removeAll { putAside.contains($0.signature) }
        let feed = try FeedSequence(input.workload, input.schedule, paceUs: 1000)
        var features = ScheduleFeatures.of(input, feed)
        features.insert(ScheduleFeatures.of(outcome))
        return TrialSummary(
            ending: outcome.isOverloaded ? TrialSummary.overloaded : outcome.ending.word,
            failures: failures, origin: input.origin,
            atoms: input.schedule.atomCount, features: features.sorted(), wallMs: outcome.wallMs,
            cpuMs: outcome.cpuMs, readyMs: outcome.readyMs, standstillMs: outcome.standstillMs,
            isSecondStart: outcome.isSecondStart ? true : nil)
    }

    // MARK: Baselines

    /// What the baseline shows of an input's workload: run once for each workload, and for another system as
    /// baseline once for each input.
    func baselineEvidence(under input: TrialInput) throws -> Evidence {
        let (plain, system) = baselineRun(of: input)
        return try baselines.evidence(for: plain.digest) {
            let outcome = try bench.run(
                plain, of: system, isBaseline: true, isInTurn: hunt.feedsBaselineInTurn)
            guard outcome.ending == .settled else {
                throw HuntError(
                    .system,
                    "the baseline \(outcome.ending.word): \(outcome.ending.reason ?? "")"
                        + "; its output is in \(outcome.folder)"
                        + (outcome.isOverloaded
                            ? "; " + TrialOutcome.overload(standstillMs: outcome.standstillMs) : "")
                )
            }
            bench.note(
                that: !outcome.commits ? .never : outcome.unread.isEmpty ? .commits : .notAll)
            return try hunt.judging.normalised(Evidence(plain, outcome, of: hunt))
        }
    }

    /// Whether nothing is done to the workload: what differs then from the baseline, which is the same run, is the
    /// system's own. It is not the same run where the baseline's records come one by one.
    private func isBaseline(_ input: TrialInput) throws -> Bool {
        guard case .unperturbed = hunt.baseline, input.schedule.isEmpty else { return false }
        return try !hasTurns(input)
    }

    /// Whether records of an input may be taken in several orders though nothing is done to them.
    func hasTurns(_ input: TrialInput) throws -> Bool {
        guard hunt.feedsBaselineInTurn else { return false }
        let feed = try FeedSequence(input.workload, TrialSchedule(), paceUs: 1)
        return try hunt.judging.inTurn(feed, of: input.workload).hasTurns
    }

    /// Whether the baseline of an input shows the same twice: a failure is held against nothing else. What the
    /// calibration has run often is known to.
    private func isStable(under input: TrialInput) throws -> Bool {
        let first = try baselineEvidence(under: input)
        let (plain, system) = baselineRun(of: input)
        return try baselines.isStable(plain.digest) {
            let outcome = try bench.run(
                plain, of: system, isBaseline: true, isInTurn: hunt.feedsBaselineInTurn)
            guard outcome.ending == .settled else { return false }
            let again = try summary(plain, outcome, first)
            return !again.failures.contains { comparing.contains($0.invariant) }
        }
    }

    /// The calibration has held this baseline against itself.
    func noteStableBaseline(under input: TrialInput) throws {
        _ = try baselines.isStable(baselineRun(of: input).0.digest) { true }
    }

    /// What is run as an input's baseline, and on which system; nil: the hunt's own.
    private func baselineRun(of input: TrialInput) -> (TrialInput, SystemUnderTest?) {
        var plain = input
        var system: SystemUnderTest?
        switch hunt.baseline {
        case .unperturbed: plain.schedule = TrialSchedule()
        case .system(let other): system = other
        }
        plain.number = 0
        plain.seed = Self.baselineSeed
        return (plain, system)
    }

    static let baselineSeed = "baseline"
    static let calibrationPhase = "calibrate"

    /// Names of invariants that hold a trial against its baseline.
    private var comparing: Set<String> { hunt.judging.comparing }

    /// The workload as it is: what the calibration and each trial without a workload of its own is fed.
    func baselineInput() throws -> TrialInput {
        TrialInput(
            number: 0, seed: Self.baselineSeed, workload: try hunt.makeWorkload(),
            schedule: TrialSchedule(), origin: "baseline")
    }

    /// Since the hunt began.
    var elapsedMs: Int { start.duration(to: .now).wholeMilliseconds }

    var isOverTime: Bool { hunt.budget.time.map { start.duration(to: .now) > $0 } ?? false }
}

/// What a hunt is at.
public struct HuntProgress: Hashable, Sendable {
    public enum Step: String, Hashable, Sendable {
        case calibrating, searching, confirming, shrinking, verifying
    }

    public var step: Step
    public var done: Int
    public var of: Int
    public var failing: Int
    /// What is confirmed, shrunk or verified.
    public var note: String
}

/// Baselines by the digest of their input; each is run once, also where several ask at a time.
private final class BaselineShelf: Sendable {
    private final class Slot: Sendable {
        /// Held while a baseline runs: whoever asks for the same waits for it.
        let known = Mutex<(evidence: Evidence?, isStable: Bool?)>((nil, nil))
    }

    private let slots = Mutex<[String: Slot]>([:])

    private func slot(_ digest: String) -> Slot {
        slots.withLock { slots in
            if let known = slots[digest] { return known }
            let new = Slot()
            slots[digest] = new
            return new
        }
    }

    /// - Parameter compare: runs it a second time, and says whether it showed the same.
    func isStable(_ digest: String, compare: () throws -> Bool) throws -> Bool {
        try slot(digest).known.withLock { known in
            if let isStable = known.isStable { return isStable }
            let isStable = try compare()
            known.isStable = isStable
            return isStable
        }
    }

    func evidence(for digest: String, run: () throws -> Evidence) throws -> Evidence {
        try slot(digest).known.withLock { known in
            if let evidence = known.evidence { return evidence }
            let evidence = try run()
            known.evidence = evidence
            return evidence
        }
    }
}
