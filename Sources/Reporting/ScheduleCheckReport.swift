import Perturbation
import Recording

/// What is wrong with a schedule, for people and for programs.
public struct ScheduleCheckReport {
    private let check: ScheduleCheck
    private let path: String

    public init(_ check: ScheduleCheck, of path: String) {
        self.check = check
        self.path = path
    }

    public var text: String {
        let problems = check.problems.map { "\(path): \($0)\n" }.joined()
        return problems + "\(check.decisions) decisions, \(check.checkpoints) checkpoints, "
            + "\(check.problems.count) problems" + (check.isClosed ? "" : "; not closed") + "\n"
    }

    public var json: JSONValue {
        .members([
            ("schedule", .string(path)),
            ("decisions", .number(check.decisions)),
            ("checkpoints", .number(check.checkpoints)),
            ("closed", .bool(check.isClosed)),
            (
                "problems",
                .array(
                    check.problems.map {
                        .members([("line", .number($0.line)), ("message", .string($0.message))])
                    })
            ),
        ])
    }
}
