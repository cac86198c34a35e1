import Checking
import Simulation

/// An execution that must not be, as short as it could be made.
public struct Counterexample: Sendable {
    public let finding: Finding
    /// From the start to the step that shows it.
    public let choices: [Choice]
    /// How many steps it had when it was found.
    public let stepsAtFirst: Int
    /// Whether no execution with fewer steps shows it: all of them were looked at.
    public let isShortest: Bool
    public let timeline: Timeline?
    /// Adya's and the messaging anomalies' names for what it does.
    public let names: [String]
    /// What happened, a line a step.
    public let entries: [TraceEntry]
    /// That no step, message, fault or change of turns can be left out of it; nil: there was no time to try.
    public let certificate: Certificate?

    /// - Parameters:
    ///   - first: the choices when it was found.
    ///   - tried: of each kind of removal how many; none where there was no time.
    init(
        _ model: Model, _ finding: Finding, _ choices: [Choice], first: [Choice],
        tried: [Certificate.Dimension: Int], isShortest: Bool
    ) {
        self.finding = finding
        self.choices = choices
        stepsAtFirst = first.count
        self.isShortest = isShortest
        let removals = Removals(model)
        let (before, after) = (removals.counts(first), removals.counts(choices))
        let rows = Certificate.Dimension.allCases.compactMap { dimension in
            before[dimension].map {
                Certificate.Row(
                    dimension: dimension, before: $0, after: after[dimension] ?? 0,
                    tried: tried[dimension] ?? 0)
            }
        }
        certificate = tried.isEmpty ? nil : Certificate(rows: rows)
        let execution = Execution(model, choices)
        entries = execution.entries
        names = Self.names(model, execution)
        timeline = Self.timeline(model, finding, execution, names)
    }

    /// Of what is there to be seen by its last step, if all that were at work then had gone on to their ends: that a
    /// transaction overwrote something says little before it has ended.
    private static func names(_ model: Model, _ execution: Execution) -> [String] {
        let end = execution.entries.map(\.timeNs).max() ?? 0
        let whole = Execution(model, execution.choices, completes: true)
        let anomalies =
            execution.history.anomalies() + whole.history.anomalies().filter { $0.timeNs <= end }
        return Anomaly.Kind.allCases.filter { kind in anomalies.contains { $0.kind == kind } }
            .map(\.rawValue)
    }

    private static func timeline(
        _ model: Model, _ finding: Finding, _ execution: Execution, _ anomalies: [String]
    ) -> Timeline? {
        let names = SiteNames(model.topology, model.strategy)
        let numbers = MessageNumbers(model)
        let entries = execution.entries.map(numbers.renumbered)
        guard let act = act(finding, entries) else { return nil }
        let began =
            entries.last {
                $0.actor == act.actor && [.begin, .request].contains($0.what)
                    && $0.timeNs <= act.timeNs
            }?.timeNs ?? 0
        var invariant = Invariant.allHandledOrDead
        if case .broken(let broken) = finding { invariant = broken }
        let steps = execution.choices.count
        let violation = Violation(
            invariant, timeNs: act.timeNs,
            witness: words(finding, act, names, isRepeat: isEndOfRepeat(act, entries)),
            by: act, other: other(finding, act, entries), beganNs: began, names)
        var timeline = Interleaving(
            violation, entries, names, isOfOrder: isOfOrder(finding),
            origin: "Strategy \(model.strategy.rawValue), \(steps) steps; each counts one second.")?
            .timeline
        if timeline != nil, case .broken = finding {
        } else {
            timeline?.title = "\(finding): \(names.object(act.footprint) ?? "key \(act.key)")"
        }
        timeline?.words += numbers.words(entries)
        if !anomalies.isEmpty {
            timeline?.words.append("By name: \(anomalies.joined(separator: ", ")).")
        }
        return timeline
    }

    /// Whether two steps in another order would not have shown it.
    private static func isOfOrder(_ finding: Finding) -> Bool {
        switch finding {
        case .broken(.allHandledOrDead), .deadlock, .livelock, .deadLetters: false
        case .broken, .anomaly: true
        }
    }

    /// The entry that shows it: what the last step did to something shared.
    private static func act(_ finding: Finding, _ entries: [TraceEntry]) -> TraceEntry? {
        switch finding {
        case .broken(.fifoPerKey): return entries.last { $0.what == .commit }
        case .broken(.mutualExclusion):
            return entries.last { $0.what == .store || $0.what == .acquire || $0.what == .fence }
        case .broken(.exactlyOnceEffect):
            return entries.last { [.store, .effect, .publish].contains($0.what) }
        case .broken(.conservation), .broken(.noLostUpdate), .broken(.noOversell):
            return entries.last { $0.what == .store }
        case .broken(.boundedStaleness):
            return entries.last { [.store, .effect, .publish].contains($0.what) }
        case .broken(.allHandledOrDead):
            return entries.last { $0.what == .lose || $0.what == .drop }
                ?? entries.last { isEndOfRepeat($0, entries) } ?? entries.last { $0.actor >= 0 }
        case .deadlock: return entries.last { $0.what == .wait } ?? entries.last
        case .deadLetters: return entries.last { $0.what == .deadLetter } ?? entries.last
        case .livelock, .anomaly: return entries.last { $0.footprint != nil } ?? entries.last
        }
    }

    /// Whether a message is done with it that nobody has carried out.
    private static func isEndOfRepeat(_ entry: TraceEntry, _ entries: [TraceEntry]) -> Bool {
        let deeds: Set<TraceEntry.What> = [.store, .effect, .publish]
        let own = entries.filter { $0.message == entry.message }
        return [.commit, .lateAck].contains(entry.what) && !own.contains { deeds.contains($0.what) }
            && own.contains { $0.what == .duplicate || $0.what == .note && $0.value == 0 }
    }

    /// Another message that takes part.
    private static func other(
        _ finding: Finding, _ act: TraceEntry, _ entries: [TraceEntry]
    ) -> Int64? {
        switch finding {
        case .broken(.fifoPerKey):
            return entries.last {
                $0.what == .commit && $0.key == act.key && $0.unit == act.unit
                    && $0.message != act.message
            }?.message
        default: return nil
        }
    }

    private static func words(
        _ finding: Finding, _ act: TraceEntry, _ names: SiteNames, isRepeat: Bool
    ) -> String {
        let object = names.object(act.footprint) ?? "key \(act.key)"
        let message = "message \(SiteNames.short(act.message))"
        switch finding {
        case .broken(.noLostUpdate):
            return "\(object): \(message) stored over a version that it had not seen"
        case .broken(.noOversell): return "\(object): \(message) gave out what was no longer there"
        case .broken(.exactlyOnceEffect):
            return "\(object): \(message) repeated what an earlier attempt had done"
        case .broken(.fifoPerKey): return "\(object): \(message) was done after a later one"
        case .broken(.conservation):
            return "\(object): what was taken off is not what messages that are done account for"
        case .broken(.mutualExclusion):
            return
                "\(object): \(message) was inside beside another, or stored after its lease's end"
        case .broken(.allHandledOrDead) where isRepeat:
            return "\(message) was done as a repeat, and nobody has carried it out"
        case .broken(.allHandledOrDead): return "\(message) is neither done nor a dead letter"
        case .broken(.boundedStaleness):
            return "\(object): \(message) acted on a version older than allowed"
        case .deadlock: return "deliveries wait for each other, \(message) among them, for ever"
        case .livelock: return "the same steps come again without end, those of \(message)"
        case .deadLetters: return "\(message) was given up"
        case .anomaly(let name): return "\(name) at \(object), by \(message)"
        }
    }
}

extension SiteNames {
    fileprivate func object(_ footprint: Footprint?) -> String? { footprint.map { object($0) } }
}
