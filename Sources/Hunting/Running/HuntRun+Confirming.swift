import Checking

extension HuntRun {
    /// Adds one cluster for each signature that the search met, the most frequent first; each is repeated before it
    /// counts. Those that do stand in front.
    func confirm(
        _ search: HuntResult.Search, _ clusters: inout [HuntResult.Cluster]
    ) throws {
        for signature in search.signatures {
            clusters.append(try confirmed(signature, search))
        }
        clusters.sort { $0.isConfirmed && !$1.isConfirmed }
    }

    /// Repeats up to three failing trials of a signature; the first that shows it often enough is taken.
    private func confirmed(
        _ signature: FailureSignature, _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster {
        var best: HuntResult.Cluster?
        for number in try steadiest(signature, search) {
            let cluster = try cluster(signature, number, search)
            if cluster.isConfirmed { return cluster }
            if cluster.confirmations >= best?.confirmations ?? 0 { best = cluster }
        }
        for number in try steadiest(signature, search) {
            if let cluster = try answeredLate(signature, number, search) { return cluster }
        }
        for number in try steadiest(signature, search) {
            if let cluster = try struckAtMoment(signature, number, search) { return cluster }
        }
        guard let best else { throw HuntError(.input, "no trial shows \(signature)") }
        return best
    }

    /// What a system sends itself when a request fails, to a topic for retries, say, races with what is fed next. Where
    /// it learns of the failure late, it has that already: no clock decides which comes first.
    ///
    /// - Returns: nil where the trial has no such request, or does not repeat so either.
    private func answeredLate(
        _ signature: FailureSignature, _ number: Int, _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster? {
        guard let late = try input(number).answeredLate else { return nil }
        var cluster = try cluster(
            signature, number, search, repeated: try repetitions(of: late, hunt.confirm.runs))
        cluster.isLate = true
        return cluster.isConfirmed ? cluster : nil
    }

    /// Between two steps of a system lie some milliseconds, which a fault that strikes by a clock meets now and then. One
    /// that waits for a moment of the system meets them every time.
    ///
    /// - Returns: nil where no fault of the trial strikes by a clock, or it does not repeat so either.
    private func struckAtMoment(
        _ signature: FailureSignature, _ number: Int, _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster? {
        let whole = try input(number)
        let choices = SystemFault.Moment.allCases.compactMap { moment in
            whole.struck(at: moment).map { (moment, $0) }
        }
        let shown = try once(choices.map(\.1), showing: signature)
        for (moment, choice) in choices where shown.contains(choice) {
            var cluster = try cluster(
                signature, number, search, repeated: try repetitions(of: choice, hunt.confirm.runs))
            cluster.moment = moment.rawValue
            if cluster.isConfirmed { return cluster }
        }
        return nil
    }

    /// The input that a cluster's repetitions had.
    func input(of cluster: HuntResult.Cluster) throws -> TrialInput {
        let input = try input(cluster.firstTrial)
        if let moment = cluster.moment.flatMap(SystemFault.Moment.init) {
            return input.struck(at: moment) ?? input
        }
        return cluster.isLate ? input.answeredLate ?? input : input
    }

    /// Up to three trials that showed it. What waits for a commit hangs on no clock, so it repeats more surely than what
    /// strikes at a moment.
    func steadiest(
        _ signature: FailureSignature, _ search: HuntResult.Search
    ) throws -> [Int] {
        let found = search.numbers[signature] ?? []
        let timed = Set(try found.prefix(50).filter { try input($0).schedule.isTimed })
        let numbers = found.filter { !timed.contains($0) } + found.filter(timed.contains)
        return Array(numbers.prefix(3))
    }

    func cluster(
        _ signature: FailureSignature, _ number: Int, _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster {
        let runs = hunt.confirm.runs
        let cluster = try cluster(
            signature, number, search, repeated: try repetitions(of: try input(number), runs))
        progress(
            HuntProgress(
                step: .confirming, done: runs, of: runs, failing: cluster.confirmations,
                note: signature.description))
        return cluster
    }

    /// - Parameter summaries: of the trial's repetitions.
    func cluster(
        _ signature: FailureSignature, _ number: Int, _ search: HuntResult.Search,
        repeated summaries: [TrialSummary]
    ) throws -> HuntResult.Cluster {
        let shown = summaries.count { $0.shows(signature) }
        let failure =
            summaries.lazy.flatMap(\.failures).first { $0.signature == signature }
            ?? memory.summary("search", number)?.failures.first { $0.signature == signature }
        guard let failure else { throw HuntError(.input, "trial \(number) shows no \(signature)") }
        return HuntResult.Cluster(
            failure: failure, count: search.counts[signature] ?? 0, firstTrial: number,
            firstSeed: hunt.seed(ofTrial: number), confirmations: shown,
            confirmationRuns: summaries.count, isConfirmed: shown >= hunt.confirm.needed,
            afterMs: elapsedMs, reproducer: nil)
    }

    static func repetitionPhase(of input: TrialInput) -> String { "again \(input.digest)" }

    /// The same input again and again, side by side.
    func repetitions(of input: TrialInput, _ runs: Int, from first: Int = 1) throws
        -> [TrialSummary]
    {
        var summaries: [TrialSummary] = []
        var next = first
        let phase = Self.repetitionPhase(of: input)
        try TrialBench.sideBySide(
            min(width, runs),
            next: {
                defer { next += 1 }
                return next < first + runs ? next : nil
            }, run: { [self] number in try summary(of: input, phase: phase, number: number) },
            done: { _, summary in summaries.append(summary) })
        return summaries
    }
}

extension TrialInput {
    /// With all faults that strike by a clock at that moment, where they may; nil where none does.
    package func struck(at moment: SystemFault.Moment) -> TrialInput? {
        var input = self
        input.schedule.faults = schedule.faults.map { fault in
            fault.once == nil || fault.delayUs > 0
                ? fault.atOtherMoments.first { $0.once == moment } ?? fault : fault
        }
        return input.schedule == schedule ? nil : input
    }

    /// With all refused and lost answers late; nil where none is refused or lost in time.
    fileprivate var answeredLate: TrialInput? {
        var input = self
        input.schedule.faults = schedule.faults.map { fault in
            fault.canBeLate && !fault.isLate
                ? fault.answered(lateByUs: SystemFault.latenessUs) : fault
        }
        return input.schedule == schedule ? nil : input
    }
}

extension TrialSchedule {
    /// Whether something strikes the system at a moment that a clock says.
    fileprivate var isTimed: Bool {
        faults.contains { !$0.kind.isOfSink && ($0.once == nil || $0.delayUs > 0) }
    }
}

extension TrialSummary {
    func shows(_ signature: FailureSignature) -> Bool {
        failures.contains { $0.signature == signature }
    }
}
