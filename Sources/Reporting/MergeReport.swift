import Perturbation
import Recording

/// What a merge came to, for people and for programs.
public struct MergeReport {
    private let summary: Merge.Summary

    public init(_ summary: Merge.Summary) {
        self.summary = summary
    }

    public var text: String {
        var rows = [
            ("pairs of files", "\(summary.pairs)"), ("partitions", "\(summary.partitions)"),
            ("records", "\(summary.records)"), ("windows", "\(summary.windows)"),
            ("segments", "\(summary.segments), and \(summary.deadSegments) that count for nothing"),
        ]
        if summary.again > 0 { rows.append(("again", "\(summary.again) windows may be")) }
        if summary.raised > 0 { rows.append(("raised", "\(summary.raised) times of arrival")) }
        return TextTable.pairs(rows)
    }

    /// What a user should know of it.
    public var warnings: [String] {
        summary.removed.sorted { $0.key < $1.key }.map { source, start in
            "\(source) begins at \(start): the recording of what came before was removed"
        }
            + summary.unrecorded.filter { !$0.isRemoved }.map { gap in
                "\(gap.source): \(gap.start) "
                    + (gap.end.map { "to \($0 - 1)" } ?? "and what follows")
                    + " are in no file, as the recording had failed"
            }
    }

    public var json: JSONValue {
        .members([
            ("pairs", .number(Int64(summary.pairs))),
            ("partitions", .number(Int64(summary.partitions))),
            ("records", .number(Int64(summary.records))),
            ("windows", .number(Int64(summary.windows))),
            ("segments", .number(Int64(summary.segments))),
            ("dead_segments", .number(Int64(summary.deadSegments))),
            ("again", .number(Int64(summary.again))),
            ("raised", .number(Int64(summary.raised))),
            (
                "unrecorded",
                .array(
                    summary.unrecorded.filter { !$0.isRemoved }.map { gap in
                        .members([
                            ("input", .string("\(gap.source)")), ("start", .number(gap.start)),
                            ("end", gap.end.map { .number($0) } ?? .null),
                        ])
                    })
            ),
            (
                "removed",
                .members(
                    summary.removed.sorted { $0.key < $1.key }.map {
                        ($0.key.description, .number($0.value))
                    })
            ),
        ])
    }
}
