import Configuration

extension TopologyReader {
    /// `commit: after`, `commit: {every: 5s, timer: restart}`, `commit: {at: after, takes: 2ms}`, or steps.
    func commit(of handler: Handler, _ section: Section) -> PositionCommit? {
        let hasStep = handler.steps.contains(where: \.isCommit)
        guard let element = section["commit"] else {
            return hasStep ? PositionCommit(.steps) : nil
        }
        if hasStep {
            element.problem(
                "its steps commit already",
                accepted: "leave commit: or the commit steps of \(handler.name) away")
        }
        guard case .mapping = element.node.content else {
            return element.value(as: .moment).map { PositionCommit($0.moment) }
        }
        return element.section { section in
            let given = section.oneOf(["every", "at"])
            let timer = section.optional("timer", as: .word("start of the timer")) as Timer?
            let takes = section.optional("takes", as: .durationDistribution)
            if given?.key == "every", takes != nil {
                section["takes"]?.problem(
                    "nobody waits for commits of an interval", accepted: "leave it away")
            }
            if given?.key == "at", timer != nil {
                section["timer"]?.problem(
                    "has no meaning without every:", accepted: "write every: 5s, or leave it away")
            }
            guard let given else { return nil }
            if given.key == "every" {
                return given.value.value(as: .positiveDuration)
                    .map { PositionCommit(.every($0), timer: timer ?? .grid) }
            }
            guard let word = given.value.value(as: .moment) else { return nil }
            var commit = PositionCommit(word.moment)
            commit.takes = takes ?? commit.takes
            if word == .withEffect && takes != nil {
                section["takes"]?.problem(
                    "a commit in the effect's transaction takes no time of its own",
                    accepted: "leave it away, or write at: after")
            }
            return commit
        }
    }

    private typealias Timer = PositionCommit.Timer

    /// `commit: position` or `commit: {takes: 2ms}`
    func commitStep(_ value: Element) -> Step? {
        guard case .mapping = value.node.content else {
            return value.value(as: .oneOf("thing to commit", ["position": true]))
                .map { _ in .commit(takes: .constant(us: 0)) }
        }
        return value.section { section in
            section.required("takes", as: .durationDistribution).map { .commit(takes: $0) }
        }
    }

    /// Positions are of partitions, and know nothing of single deliveries.
    func checkPositions(_ handler: Handler, _ topology: Topology) {
        guard let commit = handler.commit else { return }
        let queue = topology.queues.first { $0.name == handler.queue }
        let problem = { (found: String, accepted: String) in
            root["handlers"]?.problem("\(handler.name) \(found)", accepted: accepted)
        }
        if queue?.partitions == nil {
            _ = problem(
                "commits positions, and \(handler.queue) has no partitions",
                "write queues: {\(handler.queue): {partitions: 8}}")
        }
        if queue?.visibility != nil || queue?.maxDeliveries != nil || queue?.takesLateAcks == true {
            _ = problem(
                "commits positions, which know neither visibility, maxDeliveries nor lateAcks",
                "leave commit, or those of \(handler.queue), away")
        }
        if handler.workers == nil {
            _ = problem(
                "commits positions with workers without number",
                "write how many workers a node has")
        }
        if handler.assignment == .competing {
            _ = problem(
                "commits positions of partitions that nobody owns",
                "write assignment: exclusive, or leave it away")
        }
        if handler.redelivery != .zero {
            _ = problem(
                "commits positions: what is delivered again waits for the consumer's restart",
                "write lasting: in the fault instead of redelivery")
        }
        if commit.moment == .withEffect && !handler.steps.contains(where: \.isEffect) {
            _ = problem(
                "commits with an effect and has none", "write a store or effect step, or at: after")
        }
    }
}

/// The word for a moment that is not an interval.
private enum CommitWord: String, CaseIterable, Sendable {
    case before, after, withEffect

    var moment: PositionCommit.Moment {
        switch self {
        case .before: .before
        case .after: .after
        case .withEffect: .withEffect
        }
    }
}

extension ValueParser where Value == CommitWord {
    fileprivate static var moment: ValueParser { .word("time to commit") }
}
