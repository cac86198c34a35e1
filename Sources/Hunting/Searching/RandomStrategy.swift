/// The plan as it is, under a seed of each trial's own.
struct RandomStrategy: ScheduleStrategy {
    let hunt: Hunt

    func schedule(
        number: Int, on workload: Workload, seed: String, corpus: Corpus
    ) throws -> (schedule: TrialSchedule, origin: String) {
        (
            try hunt.draw(hunt.plan, hunt.faults, hunt.sinkRules, seed: seed, on: workload),
            "random"
        )
    }
}
