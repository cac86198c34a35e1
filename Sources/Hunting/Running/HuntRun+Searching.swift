import Checking
import Records

extension HuntRun {
    /// Trials by the strategy until the budget is spent.
    ///
    /// - Parameter crew: who runs them; nil: this process.
    func search(over crew: WorkerCrew? = nil) throws -> HuntResult.Search {
        let budget = hunt.budget.trials
        var failing = 0
        var done = 0
        func note(_ summary: TrialSummary) {
            done += 1
            failing += summary.isClean ? 0 : 1
            progress(
                HuntProgress(step: .searching, done: done, of: budget, failing: failing, note: ""))
        }
        // A generation's corpus knows all trials of those before, so they are finished first.
        var from = 1
        while from <= budget, !isOverTime {
            let to = hunt.strategy == .coverage ? min(budget, from + Corpus.generation - 1) : budget
            if let crew {
                try run(from...to, over: crew, done: note)
            } else {
                try run(from...to, done: note)
            }
            from = to + 1
        }
        let search = searched()
        let never = ["not-started", "never-ready", TrialSummary.overloaded]
            .reduce(0) { $0 + (search.endings[$1] ?? 0) }
        if search.trials > 0, never == search.trials {
            throw HuntError(
                .system,
                "the system started in no trial of the search, or the machine stood still in all of them; look into its output in "
                    + bench.folder)
        }
        return search
    }

    /// Side by side in this process.
    private func run(_ numbers: ClosedRange<Int>, done: @escaping (TrialSummary) -> Void) throws {
        var left = numbers.makeIterator()
        try TrialBench.sideBySide(
            width, next: { [self] in isOverTime ? nil : left.next() },
            run: { [self] number in
                let known = memory.summary("search", number)
                return try known ?? summary(of: input(number), phase: "search", number: number)
            },
            done: { _, summary in done(summary) })
    }

    /// Counts over the trials that are known.
    func searched() -> HuntResult.Search {
        var search = HuntResult.Search()
        var seen: [String: Int] = [:]
        let changes = hunt.changeStreams
        for (number, summary) in memory.summaries("search") where number <= hunt.budget.trials {
            search.trials += 1
            let masked = summary.failures.filter {
                team.quarantine.masks($0.signature, of: hunt.name)
            }
            for failure in masked { search.masked[failure.signature, default: 0] += 1 }
            if !masked.isEmpty { search.quarantined += 1 }
            let failures = summary.failures.filter { !masked.contains($0) }
            if !failures.isEmpty { search.failing += 1 }
            if summary.ending == "settled" {
                search.settled += 1
                if failures.contains(where: { changes.contains($0.role) }) {
                    search.discrepant += 1
                }
            }
            if summary.ending != "settled" { search.endings[summary.ending, default: 0] += 1 }
            if summary.isSecondStart == true { search.secondStarts += 1 }
            for feature in summary.features { seen[feature, default: 0] += 1 }
            search.course.append((failing: !failures.isEmpty, features: seen.count))
            for failure in failures {
                let signature = failure.signature
                search.counts[signature, default: 0] += 1
                search.numbers[signature, default: []].append(number)
                if search.firstFailures[signature] == nil {
                    search.firstFailures[signature] = number
                }
            }
        }
        search.hasChanges = !changes.isEmpty
        search.features = seen.count
        let all = seen.values.reduce(0, +)
        if hunt.strategy == .random, all > 0 {
            search.unseen = Double(seen.values.count { $0 == 1 }) / Double(all)
        }
        search.ranOutOfTime = search.trials < hunt.budget.trials
        return search
    }
}

extension Hunt {
    /// The names of observed streams of change events.
    var changeStreams: Set<String> {
        Set(
            observe.compactMap { observed in
                if case .changes = observed.kind { observed.name } else { nil }
            })
    }
}
