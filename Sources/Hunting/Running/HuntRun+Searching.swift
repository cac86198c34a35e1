import Checking
import Records

extension HuntRun {
    /// Trials by the strategy until the budget is spent.
    func search() throws -> HuntResult.Search {
        let budget = hunt.budget.trials
        var failing = 0
        var done = 0
        // A generation's corpus knows all trials of those before, so they are finished first.
        var from = 1
        while from <= budget, !isOverTime {
            let to = hunt.strategy == .coverage ? min(budget, from + Corpus.generation - 1) : budget
            var next = from
            try TrialBench.sideBySide(
                width,
                next: { [self] in
                    defer { next += 1 }
                    return next <= to && !isOverTime ? next : nil
                },
                run: { [self] number in
                    let known = memory.summary("search", number)
                    return try known
                        ?? summary(of: input(number), phase: "search", number: number)
                },
                done: { [self] _, summary in
                    done += 1
                    failing += summary.isClean ? 0 : 1
                    progress(
                        HuntProgress(
                            step: .searching, done: done, of: budget, failing: failing, note: ""))
                })
            from = to + 1
        }
        let search = searched()
        let never = (search.endings["not-started"] ?? 0) + (search.endings["never-ready"] ?? 0)
        if search.trials > 0, never == search.trials {
            throw HuntError(
                .system,
                "the system started in no trial of the search; look into its output in "
                    + bench.folder)
        }
        return search
    }

    /// A trial's input: a function of hunt, number and the corpus of its generation.
    public func input(_ number: Int) throws -> TrialInput {
        let seed = hunt.seed(ofTrial: number)
        let workload = try hunt.makeWorkload(trialSeed: seed)
        let (schedule, origin) = try hunt.chosenStrategy.schedule(
            number: number, on: workload, seed: seed, corpus: corpus(of: number))
        return TrialInput(
            number: number, seed: seed, workload: workload, schedule: schedule, origin: origin)
    }

    private func corpus(of number: Int) throws -> Corpus {
        guard hunt.strategy == .coverage else { return Corpus() }
        var corpus = Corpus()
        var seen: Set<String> = []
        for (earlier, summary) in memory.summaries("search")
        where earlier <= Corpus.horizon(of: number) {
            let new = Set(summary.features).subtracting(seen)
            seen.formUnion(new)
            if new.isEmpty { continue }
            corpus.entries.append(
                .init(
                    number: earlier, schedule: try input(earlier).schedule, features: new.count))
        }
        return corpus
    }

    /// Counts over the trials that are known.
    private func searched() -> HuntResult.Search {
        var search = HuntResult.Search()
        var seen: [String: Int] = [:]
        for (number, summary) in memory.summaries("search") where number <= hunt.budget.trials {
            search.trials += 1
            if !summary.isClean { search.failing += 1 }
            if summary.ending != "settled" { search.endings[summary.ending, default: 0] += 1 }
            for feature in summary.features { seen[feature, default: 0] += 1 }
            search.course.append((failing: !summary.isClean, features: seen.count))
            for failure in summary.failures {
                let signature = failure.signature
                search.counts[signature, default: 0] += 1
                search.numbers[signature, default: []].append(number)
                if search.firstFailures[signature] == nil {
                    search.firstFailures[signature] = number
                }
            }
        }
        search.features = seen.count
        let all = seen.values.reduce(0, +)
        if hunt.strategy == .random, all > 0 {
            search.unseen = Double(seen.values.count { $0 == 1 }) / Double(all)
        }
        search.ranOutOfTime = search.trials < hunt.budget.trials
        return search
    }
}
