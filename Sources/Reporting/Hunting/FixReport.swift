import Hunting
import Perturbation

/// What became of a fix.
public struct FixReport {
    private let verification: FixVerification

    public init(_ verification: FixVerification) { self.verification = verification }

    public var text: String {
        var lines: [String] = []
        for entry in verification.entries {
            lines.append("\(entry.isFixed ? "fixed" : "NOT FIXED") \(entry.failure.signature)")
            lines.append(
                "  \(entry.folder): shown by \(entry.shown) of \(entry.runs) runs and by \(entry.shownNearby) of "
                    + "\(entry.neighbours) schedules near it")
            for other in entry.others { lines.append("  also: \(other.signature): \(other.words)") }
        }
        lines.append(
            "fix verification rate \(HuntReport.percent(verification.rate)): \(verification.fixed) of "
                + "\(HuntReport.count(verification.entries.count, "reproducer"))")
        return lines.joined(separator: "\n") + "\n"
    }

    public var json: JSONValue {
        .members([
            ("rate", .number("\(verification.rate)")), ("fixed", .number(verification.fixed)),
            (
                "reproducers",
                .array(
                    verification.entries.map { entry in
                        .members([
                            ("folder", .string(entry.folder)),
                            ("failure", HuntJSON.failure(entry.failure)),
                            ("is_fixed", .bool(entry.isFixed)), ("runs", .number(entry.runs)),
                            ("shown", .number(entry.shown)),
                            ("neighbours", .number(entry.neighbours)),
                            ("shown_nearby", .number(entry.shownNearby)),
                            ("others", .array(entry.others.map(HuntJSON.failure))),
                        ])
                    })
            ),
        ])
    }
}
