import Exploration
import Hunting
import Perturbation
import Records
import Simulation

/// What a counterexample of a model says of a real consumer: which records it is fed, in which order, which of them
/// twice, and where it is killed.
///
/// An exploration orders operations within handlers, which nobody can do to a real system. What can be done from outside is:
/// records in the order in which they first had an effect, a copy where one was delivered again, and a fault behind the
/// record in whose handling it struck. Between which operations it strikes is a matter of moments there, so there is a
/// schedule for each of several.
public struct Hypothesis: Sendable {
    public let workload: Hunting.Workload
    /// Those that are tried, the likeliest first.
    public let schedules: [TrialSchedule]
    /// What the counterexample did that no schedule can do, a sentence each.
    public let leftOut: [String]

    /// How long behind the acknowledgement of a record a fault strikes, in microseconds: fetched, handled, behind.
    static let delaysUs: [Int64] = [10_000, 15_000, 5000, 25_000, 50_000, 100_000, 0, 250_000]

    /// - Parameters:
    ///   - topics: of the input, with their numbers of partitions; a queue's records go to the topic of its name, else
    ///     to that in its place.
    ///   - samples: records that the system knows how to read, whose keys and values are taken; none: values are made.
    public init(
        _ found: Counterexample, _ model: Model, topics: [Hunt.Topic], samples: Hunting.Workload?
    ) {
        let course = Course(found, model)
        let placement = Placement(model, topics)
        workload = RecordPicker(samples).workload(model.sourced, placement)
        let names = workload.records.map(RecordName.init)
        var plain = TrialSchedule(ruleNames: ["explored"])
        plain.lines =
            course.moves(placement).map { move in
                Self.line(names[move.message], .move(Self.gap(move.after.map { names[$0] }, names)))
            }
            + course.repeats.map { message, number, after in
                // Only within its partition does an anchor say anything.
                let anchor =
                    names[after].source == names[message].source ? names[after] : names[message]
                return Self.line(
                    names[message], .duplicate(copy: number, .after(anchor.offset)))
            }
        plain.lines.sort { $0.source < $1.source }
        leftOut = course.leftOut
        guard !course.faults.isEmpty else {
            schedules = [plain]
            return
        }
        schedules = Self.delaysUs.map { delay in
            var schedule = plain
            schedule.faults = course.faults.map { fault in
                SystemFault(
                    at: names[fault.message], kind: fault.kind, delayUs: delay + fault.laterUs,
                    lengthUs: fault.lengthUs)
            }
            return schedule
        }
    }

    private static func line(
        _ name: RecordName, _ operation: LineDecision.Operation
    ) -> TrialSchedule.Line {
        TrialSchedule.Line(
            name.source, LineDecision(slot: name.offset, operation, rule: 0))
    }

    private static func gap(_ anchor: RecordName?, _ names: [RecordName]) -> LineDecision.Gap {
        anchor.map { .after($0.offset) } ?? .before(0)
    }
}
