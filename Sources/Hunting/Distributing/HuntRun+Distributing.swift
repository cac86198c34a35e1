extension HuntRun {
    /// What all workers are told: the run's name is kept with its results, so that a hunt that goes on is the
    /// same run.
    func notice(of calibration: HuntResult.Calibration) throws -> RunNotice {
        let known = try memory.fact("run")
        let run = known ?? String(UInt64.random(in: 0...UInt64.max), radix: 36)
        if known == nil { try memory.set("run", to: run) }
        return RunNotice(
            run: run, state: .begun, hunt: try document.identity(), file: document.path,
            quarantine: quarantine.withLock { $0 }.sorted().map(RunNotice.Aside.init))
    }

    /// Has workers run what is not known yet. A first result counts; another of the same trial changes nothing.
    func run(
        _ numbers: ClosedRange<Int>, over crew: WorkerCrew, done: (TrialSummary) -> Void
    ) throws {
        for number in numbers { if let known = memory.summary("search", number) { done(known) } }
        let missing = numbers.filter { memory.summary("search", $0) == nil }
        try crew.carryOut(
            missing,
            order: { [self] run, number in
                let discoveries = discoveries(before: number)
                return TrialOrder(
                    run: run, number: number,
                    input: try input(number, knowing: discoveries).digest, corpus: discoveries)
            }, isOver: { [self] in isOverTime },
            done: { [self] answer, summary in
                try memory.store(summary, "search", answer.number, input: answer.input)
                done(summary)
            })
    }
}
