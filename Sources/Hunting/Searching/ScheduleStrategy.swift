import Perturbation
import Records

/// Chooses the schedules of a hunt: a function of the hunt, the number and what is known of trials of
/// earlier generations, so that a trial's input is the same whoever runs it and when.
protocol ScheduleStrategy: Sendable {
    /// - Parameters:
    ///   - number: from 1.
    ///   - workload: of this trial.
    ///   - seed: of this trial.
    ///   - corpus: frozen for the trial's generation.
    func schedule(
        number: Int, on workload: Workload, seed: String, corpus: Corpus
    ) throws -> (schedule: TrialSchedule, origin: String)
}

/// What trials of earlier generations have shown that was new, for strategies that learn.
struct Corpus: Sendable {
    /// Trials to a generation: a corpus is frozen for so many.
    static let generation = 16

    struct Entry: Sendable {
        var number: Int
        var schedule: TrialSchedule
        var features: Int
    }

    var entries: [Entry] = []

    /// The last trial that the corpus of a number may know.
    static func horizon(of number: Int) -> Int { (number - 1) / generation * generation }
}

extension Hunt {
    var chosenStrategy: any ScheduleStrategy {
        switch strategy {
        case .random: RandomStrategy(hunt: self)
        case .swarm: SwarmStrategy(hunt: self)
        case .pct: PriorityStrategy(hunt: self)
        case .coverage: CoverageStrategy(hunt: self)
        }
    }

    /// What every draw of a trial depends on.
    func seed(ofTrial number: Int) -> String { "\(plan.seed)-\(number)" }

    /// What the plan decides under a seed, and the faults that strike.
    func draw(
        _ plan: Plan, _ faults: [FaultRule], _ sinks: [SinkRule], seed: String,
        on workload: Workload
    ) throws -> TrialSchedule {
        var plan = plan
        plan.seed = seed
        var schedule = TrialSchedule(
            lines: try plan.lines(on: workload), ruleNames: plan.ruleNames)
        schedule = Rewind.added(to: schedule, of: plan, seed: seed, on: workload)
        let feed = try FeedSequence(workload, schedule, paceUs: 1000)
        schedule.faults = faults.enumerated().compactMap { index, rule in
            rule.fault(seed: seed, index: index, feed: feed)
        }
        schedule.faults += sinks.faults(seed: seed, feed: feed)
        return schedule
    }
}
