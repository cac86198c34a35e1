import Checking

/// Makes a timeline of the attempts that broke an invariant.
struct TimelineBuilder {
    private let violation: Violation
    private let place: Violation.Place
    private let names: SiteNames
    /// Whether two steps in another order would not have broken it.
    private let isOfOrder: Bool
    private var timeline: Timeline
    private var lanes: [Int32: Int] = [:]
    /// The entry of each step, and its attempt.
    private var entries: [TraceEntry] = []
    private var spans: [Int] = []

    init(
        _ violation: Violation, _ place: Violation.Place, _ names: SiteNames, isOfOrder: Bool = true
    ) {
        self.violation = violation
        self.isOfOrder = isOfOrder
        self.place = place
        self.names = names
        let about = place.object ?? "key \(place.key)"
        timeline = Timeline(title: "\(violation.invariant.rawValue): \(about)")
    }

    mutating func add(_ attempts: [Slice.Attempt], _ transport: [Slice.Seen]) {
        let shown = transport.filter {
            $0.entry.what != .arrive || violation.invariant == .fifoPerKey
        }
        if !shown.isEmpty { lane(-1, "broker") }
        for attempt in attempts {
            lane(attempt.actor, "\(names.unit(attempt.unit))#\(attempt.actor)")
        }
        var all: [(seen: Slice.Seen, span: Int)] = shown.map { ($0, -1) }
        for (index, attempt) in attempts.enumerated() {
            all += attempt.entries.filter { Self.isShown($0.entry) }.map { ($0, index) }
        }
        var numbers: [Int: Int] = [:]
        for (seen, span) in all.sorted(by: { $0.seen.order < $1.seen.order }) {
            let entry = seen.entry
            if span >= 0 && numbers[span] == nil {
                numbers[span] = timeline.spans.count
                timeline.spans.append(
                    Timeline.Span(
                        lane: lanes[entry.actor] ?? 0, name: name(attempts[span]),
                        first: timeline.steps.count))
            }
            append(entry, span < 0 ? -1 : numbers[span] ?? -1)
        }
        for index in timeline.spans.indices where timeline.spans[index].outcome != .unfinished {
            timeline.spans[index].last = spans.lastIndex(of: index)
        }
        mark()
        connect()
    }

    private mutating func lane(_ actor: Int32, _ name: String) {
        guard lanes[actor] == nil else { return }
        lanes[actor] = timeline.lanes.count
        timeline.lanes.append(Timeline.Lane(name: name))
    }

    private func name(_ attempt: Slice.Attempt) -> String {
        "message \(SiteNames.short(attempt.message))"
            + (SiteNames.attempt(attempt.number).map { ", \($0)" } ?? "")
    }

    private static func isShown(_ entry: TraceEntry) -> Bool {
        switch entry.what {
        case .think, .check, .change, .breach, .arrive, .requeue, .schedule, .retry, .position:
            false
        default: true
        }
    }

    private mutating func append(_ entry: TraceEntry, _ span: Int) {
        timeline.steps.append(
            Timeline.Step(
                lane: lanes[entry.actor] ?? 0, timeNs: entry.timeNs, kind: StepWords.kind(entry),
                label: StepWords.label(entry, names, of: place)))
        entries.append(entry)
        spans.append(span)
        guard span >= 0 else { return }
        switch entry.what {
        case .commit, .lateAck, .reply: timeline.spans[span].outcome = .committed
        case .conflict, .fence, .fail, .timeOut, .kill: timeline.spans[span].outcome = .aborted
        default: break
        }
    }

    // MARK: What matters

    /// The step that broke it, and the two whose order matters.
    private mutating func mark() {
        guard let act = acts().last else { return }
        timeline.steps[act].role = .breaks
        guard isOfOrder, let (first, second) = pair(act) else { return }
        timeline.steps[first].role = .first
        if second != act { timeline.steps[second].role = .second }
    }

    /// Steps of the attempt that broke it which may have done so.
    private func acts() -> [Int] {
        let kinds: Set<TraceEntry.What> =
            switch violation.invariant {
            case .noOversell, .noLostUpdate: [.store]
            case .exactlyOnceEffect: [.store, .effect, .publish]
            case .boundedStaleness: [.store, .effect, .publish]
            case .mutualExclusion: [.acquire, .store]
            case .conservation: [.store, .commit, .deadLetter, .discard]
            case .fifoPerKey: [.commit, .deadLetter, .discard]
            case .allHandledOrDead: [.commit, .deadLetter, .discard, .drop, .lose]
            }
        return entries.indices.filter {
            entries[$0].actor == place.actor && kinds.contains(entries[$0].what)
                && entries[$0].timeNs == violation.timeNs
        }
    }

    private func pair(_ act: Int) -> (Int, Int)? {
        let own = entries[act]
        func before(_ isWanted: (Int) -> Bool) -> Int? { (0..<act).last(where: isWanted) }
        switch violation.invariant {
        case .exactlyOnceEffect:
            let first = entries.indices.first {
                $0 < act && entries[$0].what == own.what && entries[$0].message == own.message
                    && entries[$0].footprint?.table == own.footprint?.table
            }
            return first.map { ($0, act) }
        case .fifoPerKey:
            let later = before { entries[$0].what == .commit && entries[$0].message != own.message }
            return later.map { ($0, act) }
        case .mutualExclusion:
            if own.what == .store {
                return before { entries[$0].what == .expire && entries[$0].actor == own.actor }
                    .map { ($0, act) }
            }
            return before { entries[$0].what == .acquire && entries[$0].actor != own.actor }
                .map { ($0, act) }
        case .noOversell, .noLostUpdate, .boundedStaleness, .conservation, .allHandledOrDead:
            let loads = (0..<act).reversed().filter {
                spans[$0] == spans[act] && [.load, .store].contains(entries[$0].what)
            }
            for load in loads {
                if let write = overwrite(of: load, before: act) { return (load, write) }
            }
            return nil
        }
    }

    /// Where somebody else first stored over what was loaded.
    private func overwrite(of load: Int, before act: Int) -> Int? {
        entries.indices.first {
            $0 > load && $0 < act && entries[$0].what == .store && spans[$0] != spans[act]
                && entries[$0].entity == entries[load].entity
                && entries[$0].version > entries[load].version
        }
    }

    /// Who read whose version, and whose version it wrote over without having seen it.
    private mutating func connect() {
        for (index, entry) in entries.enumerated() where entry.what == .load {
            let source = entries.indices.first {
                $0 < index && entries[$0].what == .store && entries[$0].entity == entry.entity
                    && entries[$0].version == entry.version
            }
            if let source, timeline.steps[source].lane != timeline.steps[index].lane {
                timeline.arrows.append(Timeline.Arrow(.wr, from: source, to: index))
            }
        }
        let first = timeline.steps.firstIndex { $0.role == .first }
        let second = timeline.steps.firstIndex { $0.role == .second }
        let act = timeline.steps.firstIndex { $0.role == .breaks }
        guard let first, let second, let act else { return }
        timeline.arrows.append(Timeline.Arrow(.rw, from: first, to: second))
        if entries[act].what == .store {
            timeline.arrows.append(Timeline.Arrow(.ww, from: second, to: act))
        }
    }

    func finished(seed: String, _ strategy: Strategy, leftOut: Int) -> Timeline {
        let time = Timeline.seconds(violation.timeNs)
        return finished(
            "Seed \(seed), strategy \(strategy.rawValue), at \(time) s.", leftOut: leftOut)
    }

    /// - Parameter origin: what made the run, in a sentence.
    /// - Parameter advises: whether to say what would have kept the steps apart, which is known by experience: an
    ///   exploration tries it.
    func finished(_ origin: String, leftOut: Int, advises: Bool = true) -> Timeline {
        var timeline = timeline
        timeline.words = ["\(violation.witness).", origin]
        let isAgain = place.attempt & (Message.copies - 1) > 0
        let isMarked = timeline.steps.contains { $0.role == .first }
        if advises || isMarked, let cause = StepWords.cause(violation.invariant, isAgain: isAgain) {
            let advice = advises ? StepWords.advice(violation.invariant, isAgain: isAgain) : nil
            timeline.words.append(cause + (advice.map { " \($0)" } ?? ""))
        }
        if leftOut > 0 {
            let what = leftOut == 1 ? "One more attempt is" : "\(leftOut) more attempts are"
            timeline.words.append("\(what) left out.")
        }
        return timeline
    }
}
