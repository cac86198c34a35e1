import Perturbation
import Records

/// Varies schedules that showed something new: some of their lines are kept, some of a fresh draw are added. What
/// is new is counted by ``ScheduleFeatures`` and by what the system showed.
struct CoverageStrategy: ScheduleStrategy {
    let hunt: Hunt

    /// Draws: from the stream `coverage` of the seed at 0: whether to begin anew (a quarter of the trials), which
    /// entry of the corpus, then a half for each line of it and a quarter for each of the fresh draw.
    func schedule(
        number: Int, on workload: Workload, seed: String, corpus: Corpus
    ) throws -> (schedule: TrialSchedule, origin: String) {
        let swarm = SwarmStrategy(hunt: hunt)
        let fresh = try swarm.schedule(number: number, on: workload, seed: seed, corpus: corpus)
        let stream = DrawStream(seed: seed, purpose: "coverage", source: TopicPartition("", 0))
        var draws = stream.draws(at: 0)
        guard !corpus.entries.isEmpty, draws.below(4) > 0 else {
            return (fresh.schedule, "coverage: \(fresh.origin)")
        }
        let entry = corpus.entries[Int(draws.below64(UInt64(corpus.entries.count)))]
        let parent = entry.schedule.restricted(to: workload)
        var schedule = TrialSchedule(ruleNames: parent.ruleNames)
        var touched: Set<RecordName> = []
        for line in parent.lines where draws.below(2) == 0 {
            schedule.lines.append(line)
            touched.insert(RecordName(line.source, line.decision.slot))
        }
        for line in fresh.schedule.lines where draws.below(4) == 0 {
            // One record is one schedule's: lines of two on it may exclude each other.
            guard !touched.contains(RecordName(line.source, line.decision.slot)) else { continue }
            var line = line
            line.decision.rule = -1
            schedule.lines.append(line)
        }
        schedule.faults = parent.faults.filter { _ in draws.below(2) == 0 }
        schedule.faults += fresh.schedule.faults.filter { _ in draws.below(2) == 0 }
        return (schedule, "coverage: trial \(entry.number) varied")
    }
}
