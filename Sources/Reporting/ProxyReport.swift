import Perturbation
import Proxy
import Records

/// What a run of the proxy or the recorder came to, and how it tells of its way.
public enum ProxyReport {
    /// The counts, one below the other.
    public static func text(_ statistics: ProxyStatistics) -> String {
        let counts = statistics.counts
        var rows = [
            ("records", "\(statistics.passed) in, \(counts.delivered) out"),
            ("dropped", "\(counts.dropped)"), ("duplicated", "\(counts.duplicated)"),
            ("moved", "\(counts.moved)"),
        ]
        if statistics.sampledOut > 0 {
            rows.append(("sampled out", "\(statistics.sampledOut)"))
        }
        if statistics.unparsable > 0 {
            rows.append(("no JSON", "\(statistics.unparsable), left out"))
        }
        if counts.delayed > 0 { rows.append(("delayed", "\(counts.delayed)")) }
        if counts.corrupted > 0 { rows.append(("corrupted", "\(counts.corrupted)")) }
        if statistics.lostOffsets > 0 {
            rows.append(("lost", "\(statistics.lostOffsets) offsets, gone before they were read"))
        }
        if statistics.removedFiles > 0 {
            rows.append(("removed", "\(statistics.removedFiles) recordings, by retention"))
        }
        if statistics.recordingFailure != nil {
            rows.append(("unrecorded", "\(statistics.unrecorded) records, in no file"))
        }
        rows.append(("windows", "\(statistics.windows), commits \(statistics.transactions)"))
        if statistics.aborted > 0 { rows.append(("aborted", "\(statistics.aborted), done again")) }
        return TextTable.pairs(rows)
    }

    /// What was recorded, where nothing is sent.
    public static func recorded(_ statistics: ProxyStatistics) -> String {
        var rows = [
            ("records", "\(statistics.passed)"), ("commits", "\(statistics.transactions)"),
        ]
        if statistics.aborted > 0 { rows.append(("aborted", "\(statistics.aborted), done again")) }
        return TextTable.pairs(rows)
    }

    /// The same for programs; `seconds` run from the first record to the end.
    public static func json(_ statistics: ProxyStatistics) -> JSONValue {
        let counts = statistics.counts
        return .members([
            ("records", .number(statistics.passed)), ("delivered", .number(counts.delivered)),
            ("dropped", .number(counts.dropped)), ("duplicated", .number(counts.duplicated)),
            ("moved", .number(counts.moved)), ("delayed", .number(counts.delayed)),
            ("corrupted", .number(counts.corrupted)), ("windows", .number(statistics.windows)),
            ("lost_offsets", .number(statistics.lostOffsets)),
            ("unrecorded", .number(statistics.unrecorded)),
            ("removed_recordings", .number(statistics.removedFiles)),
            (
                "recording_failure",
                statistics.recordingFailure.map { .string("\($0)") } ?? .null
            ),
            ("transactions", .number(statistics.transactions)),
            ("aborted", .number(statistics.aborted)), ("read", .number(statistics.read)),
            ("sampledOut", .number(statistics.sampledOut)),
            ("unparsable", .number(statistics.unparsable)),
            ("forgotten", .number(statistics.forgotten)),
            ("seconds", .number(decimal(statistics.activeNs))),
        ])
    }

    private static func decimal(_ nanoseconds: UInt64) -> String {
        let micros = String(nanoseconds / 1000 % 1_000_000)
        return "\(nanoseconds / 1_000_000_000)."
            + String(repeating: "0", count: 6 - micros.count) + micros
    }

    /// A line for each partition, or for many of a topic one together.
    public static func beginnings(_ all: [ProxyObserver.PartitionBeginning]) -> [String] {
        if all.count <= mostSingleLines { return all.map(line) }
        var lines: [String] = []
        for topic in Set(all.map(\.source.topic)).sorted() {
            let own = all.filter { $0.source.topic == topic }
            let records = own.reduce(0) { $0 + max(0, $1.end - $1.start) }
            let fresh = own.filter { $0.epoch == 1 }.count
            lines.append(
                "\(topic): \(own.count) partitions, \(fresh) of them from their first position, "
                    + "\(records) offsets up to their ends" + arrow(own[0].output))
        }
        return lines
    }

    private static let mostSingleLines = 16

    static func line(_ beginning: ProxyObserver.PartitionBeginning) -> String {
        let verb = beginning.epoch == 1 ? "from" : "goes on from"
        return "\(beginning.source): \(verb) \(beginning.start) to \(beginning.end)"
            + arrow(beginning.output)
    }

    private static func arrow(_ output: String?) -> String { output.map { " -> \($0)" } ?? "" }
}
