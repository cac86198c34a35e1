import Perturbation
import Recording

/// What two schedules decide differently, for people and for programs.
public struct ScheduleDifferenceReport {
    private let difference: ScheduleDifference

    public init(_ difference: ScheduleDifference) {
        self.difference = difference
    }

    public var text: String {
        var lines = difference.header.map { "! \($0)" }
        if let (left, right) = difference.recordings {
            lines.append("of two recordings: \(left) and \(right)")
        }
        for entry in difference.entries {
            if let line = entry.left { lines.append("- \(line)") }
            if let line = entry.right { lines.append("+ \(line)") }
        }
        lines.append("\(difference.same) decisions the same, \(difference.entries.count) not")
        return lines.joined(separator: "\n") + "\n"
    }

    public var json: JSONValue {
        .members([
            ("same", .number(difference.same)),
            ("header", .array(difference.header.map(JSONValue.string))),
            (
                "recordings",
                difference.recordings.map { .array([.string($0.left), .string($0.right)]) }
            ),
            (
                "differences",
                .array(
                    difference.entries.map { entry in
                        .members([
                            ("in", .string("\(entry.source)@\(entry.offset)")),
                            ("left", Self.line(entry.left)), ("right", Self.line(entry.right)),
                        ])
                    })
            ),
        ])
    }

    /// The line itself, which is JSON; null where that side has none.
    private static func line(_ text: String?) -> JSONValue {
        text.flatMap { text in
            Array(text.utf8).withUnsafeBytes { try? JSONValue(parsing: $0) }
        } ?? .null
    }
}
