import Checking
import Perturbation
import Records

/// What a trial was fed and what it showed, in the form that comparisons and invariants judge.
extension Evidence {
    init(_ input: TrialInput, _ outcome: TrialOutcome, of hunt: Hunt) {
        self.init(
            feed: Feed(input, outcome.fed),
            observations: hunt.observe.map { observed in
                Observation(
                    observed.name, observed.kind.checked,
                    ObservedRecords(outcome.observed[observed.name] ?? []))
            })
    }
}

extension Hunt.Observed.Kind {
    var checked: Observation.Kind {
        switch self {
        case .topic: .topic
        case .changes: .changes
        case .command: .state
        case .file: .file
        case .http: .calls
        }
    }
}

extension Feed {
    /// - Parameter fed: what was acknowledged; less than the schedule says where the trial ended early.
    init(_ input: TrialInput, _ fed: [FeedSequence.Item]) {
        var records = ObservedRecords(input.workload.records)
        let places = Dictionary(
            input.workload.records.enumerated().map { (RecordName($0.element), $0.offset) },
            uniquingKeysWith: { first, _ in first })
        var deliveries: [Delivery] = []
        for item in fed {
            guard let place = places[item.name] else { continue }
            var content = place
            if item.record != input.workload.records[place] {
                content = records.count
                records.append(item.record)
            }
            deliveries.append(Delivery(record: place, copy: item.copy, content: content))
        }
        var injections: [Injection] = []
        for line in input.schedule.lines {
            guard let place = places[RecordName(line.source, line.decision.slot)],
                let kind = line.decision.injection
            else { continue }
            injections.append(
                Injection(
                    kind.0, record: place, copy: kind.1, line: line.text(input.schedule.ruleNames))
            )
        }
        for fault in input.schedule.faults {
            guard let place = places[fault.at] else { continue }
            injections.append(
                Injection(.fault, record: place, copy: fault.copy, line: fault.text))
        }
        self.init(
            records: records, workloadCount: input.workload.records.count, deliveries: deliveries,
            injections: injections)
    }
}

extension DecisionAt {
    /// What it injects, and into which copy; nil where that is nothing that a system sees.
    fileprivate var injection: (Injection.Kind, Int32)? {
        switch operation {
        case .drop: (.drop, 0)
        case .move: (.move, 0)
        case .duplicate(let copy, _): (.duplicate, copy)
        case .delay(let copy, _): (.delay, copy)
        case .corrupt(let copy, _): (.corrupt, copy)
        case .untimed: nil
        }
    }
}
