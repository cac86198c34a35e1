import Interchange
import Perturbation
import Recording

/// A recording's summary for people and for programs.
public struct RecordingReport {
    private let summary: RecordingSummary

    public init(_ summary: RecordingSummary) {
        self.summary = summary
    }

    // MARK: For people

    public var text: String {
        var pairs: [(String, String)] = [("recording", "\(shown(summary.path)), \(ending)")]
        if let identity = summary.identity {
            pairs += [
                ("format", RecordingIdentity.formatVersion), ("id", shown(identity.id)),
                ("tool", identity.tool),
            ]
            if !identity.cluster.isEmpty { pairs.append(("cluster", shown(identity.cluster))) }
            if !identity.subscriptions.isEmpty {
                pairs.append(
                    ("topics read", identity.subscriptions.map(shown).joined(separator: ", ")))
            }
        } else {
            pairs.append(("format", "an MCAP file of another program"))
        }
        pairs += [("files", files), ("chunks", chunks), ("records", records)]
        if let arrivals = summary.arrivalsNs {
            pairs.append(
                (
                    "arrivals",
                    "\(UTCTime.text(nanoseconds: arrivals.lowerBound)) to "
                        + "\(UTCTime.text(nanoseconds: arrivals.upperBound)) "
                        + "(\(shown(nanoseconds: arrivals.upperBound - arrivals.lowerBound)))"
                ))
        }
        let table = summary.partitions.isEmpty ? "" : "\n" + partitions
        return TextTable.pairs(pairs) + table
    }

    private var records: String {
        summary.messages > summary.records
            ? "\(summary.records) of \(summary.messages) messages" : "\(summary.records)"
    }

    private var ending: String {
        switch summary.ending {
        case .closed: "closed"
        case .open:
            "open: it is being written, or whoever wrote it was killed"
        case .damaged(let damage):
            "\(damage)"
        }
    }

    private var files: String {
        var text = "\(summary.files.count)"
        if summary.isFolder { text += ", from number \(summary.firstFile)" }
        if summary.isFolder && summary.firstFile > 0 {
            text += " (those before are gone)"
        }
        return text + ", \(summary.bytes) bytes"
    }

    private var chunks: String {
        let names = Set(summary.files.flatMap(\.compressions)).sorted().joined(separator: ", ")
        return summary.chunks == 0
            ? "0"
            : "\(summary.chunks), \(names), \(summary.compressedBytes) bytes of "
                + "\(summary.uncompressedBytes)"
    }

    private var partitions: String {
        let hasReturns = summary.partitions.contains { $0.returns > 0 }
        var table = TextTable(
            [
                ("topic", .left), ("partition", .right), ("records", .right), ("first", .right),
                ("last", .right), ("missing", .right),
            ] + (hasReturns ? [("goes back", .right)] : []))
        for partition in summary.partitions {
            table.append(
                [
                    shown(partition.source.topic), "\(partition.source.partition)",
                    "\(partition.records)", "\(partition.offsets.lowerBound)",
                    "\(partition.offsets.upperBound)", partition.missing.map { "\($0)" } ?? "?",
                ] + (hasReturns ? [partition.returns > 0 ? "\(partition.returns)x" : ""] : []))
        }
        return table.text
    }

    // MARK: For programs

    public var json: JSONValue {
        .members([
            ("kind", .string("recording")),
            ("path", .string(summary.path)),
            (
                "format_version",
                summary.identity.map { _ in .string(RecordingIdentity.formatVersion) } ?? .null
            ),
            ("id", summary.identity.map { .string($0.id) } ?? .null),
            ("tool", summary.identity.map { .string($0.tool) }),
            ("cluster", summary.identity.map { .string($0.cluster) }),
            (
                "subscriptions",
                summary.identity.map { .array($0.subscriptions.map(JSONValue.string)) }
            ),
            ("ending", .string(summary.ending.word)),
            ("bytes", .number(summary.bytes)),
            ("records", .number(summary.records)),
            ("messages", .number(summary.messages)),
            ("first_file", .number(summary.firstFile)),
            ("files", .array(summary.files.map(Self.json))),
            ("first_arrival", arrival(\.lowerBound)),
            ("last_arrival", arrival(\.upperBound)),
            ("partitions", .array(summary.partitions.map(Self.json))),
        ])
    }

    private func arrival(_ end: KeyPath<ClosedRange<UInt64>, UInt64>) -> JSONValue? {
        summary.arrivalsNs.map { .string(UTCTime.text(nanoseconds: $0[keyPath: end])) }
    }

    private static func json(_ file: RecordingSummary.File) -> JSONValue {
        return .members([
            ("path", .string(file.path)), ("ending", .string(file.ending.word)),
            ("bytes", .number(file.bytes)), ("chunks", .number(file.chunks)),
            ("compressions", .array(file.compressions.map(JSONValue.string))),
            ("compressed_bytes", .number(file.compressedBytes)),
            ("uncompressed_bytes", .number(file.uncompressedBytes)),
            ("damage", file.ending.damageJSON),
        ])
    }

    private static func json(_ partition: RecordingSummary.Partition) -> JSONValue {
        .members([
            ("topic", .string(partition.source.topic)),
            ("partition", .number(partition.source.partition)),
            ("records", .number(partition.records)),
            ("first_offset", .number(partition.offsets.lowerBound)),
            ("last_offset", .number(partition.offsets.upperBound)),
            ("missing_offsets", partition.missing.map(JSONValue.number(_:)) ?? .null),
            ("returns", .number(partition.returns)),
        ])
    }
}
