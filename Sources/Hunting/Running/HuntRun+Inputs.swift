/// A trial that showed something new, as its successors must know it: with these and the hunt file every input can
/// be made again.
public struct Discovery: Hashable, Sendable, Codable {
    public var number: Int
    /// Classes of schedules and states that no trial before it had shown.
    public var features: Int

    public init(number: Int, features: Int) {
        self.number = number
        self.features = features
    }
}

extension HuntRun {
    /// A trial's input: a function of hunt, number and the corpus of its generation.
    public func input(_ number: Int) throws -> TrialInput {
        try input(number, knowing: discoveries(before: number))
    }

    /// What trials of earlier generations have shown that was new; nothing where the strategy does not learn.
    func discoveries(before number: Int) -> [Discovery] {
        guard hunt.strategy == .coverage else { return [] }
        var seen: Set<String> = []
        return memory.summaries("search").compactMap { earlier, summary in
            guard earlier <= Corpus.horizon(of: number) else { return nil }
            let new = Set(summary.features).subtracting(seen)
            seen.formUnion(new)
            return new.isEmpty ? nil : Discovery(number: earlier, features: new.count)
        }
    }

    /// - Parameter discoveries: of all generations before the number's, in order.
    func input(_ number: Int, knowing discoveries: [Discovery]) throws -> TrialInput {
        let seed = hunt.seed(ofTrial: number)
        if number <= hunt.schedules.count {
            return TrialInput(
                number: number, seed: seed, workload: try hunt.makeWorkload(),
                schedule: try hunt.makeSchedules()[number - 1], origin: "given")
        }
        let workload = try hunt.makeWorkload(trialSeed: seed)
        var corpus = Corpus()
        for one in discoveries {
            corpus.entries.append(
                .init(
                    number: one.number, schedule: try schedule(one.number, knowing: discoveries),
                    features: one.features))
        }
        let (schedule, origin) = try hunt.chosenStrategy.schedule(
            number: number, on: workload, seed: seed, corpus: corpus)
        return TrialInput(
            number: number, seed: seed, workload: workload, schedule: schedule, origin: origin)
    }

    /// The schedule of an earlier trial. Each is made once: its own corpus consists of earlier ones again.
    private func schedule(_ number: Int, knowing discoveries: [Discovery]) throws -> TrialSchedule {
        if let known = schedules.withLock({ $0[number] }) { return known }
        let earlier = discoveries.filter { $0.number <= Corpus.horizon(of: number) }
        let schedule = try input(number, knowing: earlier).schedule
        schedules.withLock { $0[number] = schedule }
        return schedule
    }
}
