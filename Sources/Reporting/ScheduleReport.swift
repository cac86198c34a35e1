import Perturbation
import Recording

/// A schedule's summary for people and for programs.
public struct ScheduleReport {
    private let summary: ScheduleSummary

    public init(_ summary: ScheduleSummary) {
        self.summary = summary
    }

    private var plan: Plan { summary.header.plan }

    // MARK: For people

    public var text: String {
        let window = plan.window
        var pairs = [
            ("schedule", "\(shown(summary.path)), \(ending)"),
            ("format", "\(ScheduleHeader.formatVersion)"), ("tool", summary.header.tool),
            ("recording", shown(summary.header.recording)), ("seed", plan.seed.debugDescription),
            (
                "window",
                "\(window.records.lowerBound)..\(window.records.upperBound) records, at most "
                    + "\(window.bytes) bytes"
            ),
            ("bytes", "\(summary.bytes)"), ("lines", "\(summary.lines)"),
            ("checkpoints", "\(summary.checkpoints)" + doubt),
            (
                "closings",
                "\(summary.closedByMaxWait) by maxWait, \(summary.closedByUntilEnd) by --until-end"
            ),
            ("decisions", "\(summary.decisions)"),
        ]
        pairs += losses
        if summary.header.mayRepeat {
            pairs.append(
                ("delivery", "at-least-once, \(summary.again) windows may have been sent again"))
        }
        var text = TextTable.pairs(pairs)
        if !plan.rules.isEmpty || !summary.counts.isEmpty { text += "\n" + rules }
        if !summary.partitions.isEmpty { text += "\n" + partitions }
        return text
    }

    private var ending: String {
        switch summary.ending {
        case .closed: "closed"
        case .open: "open: it is being written, or whoever wrote it was killed"
        case .cut: "cut inside line \(summary.lines + 1)"
        }
    }

    /// Rare, and so not told where there are none.
    private var losses: [(String, String)] {
        if summary.lostOffsets == 0 { return [] }
        return [("lost", "\(summary.lostOffsets) offsets were gone before they were read")]
    }

    private var doubt: String {
        summary.inDoubt == 0 ? "" : ", \(summary.inDoubt) of them in doubt"
    }

    /// The plan's rules in their order, with what came of each.
    private var rules: String {
        var table = TextTable([("rule", .left), ("operation", .left), ("decisions", .right)])
        for rule in plan.ruleNames {
            let counts = summary.counts.filter { $0.rule == rule }
            if counts.isEmpty { table.append([shown(rule), "-", "0"]) }
            for count in counts {
                table.append([shown(rule), count.operation, "\(count.decisions)"])
            }
        }
        for count in summary.counts where !(count.rule.map(plan.ruleNames.contains) ?? false) {
            // The proxy's own, of records that no timestamp can be given.
            let nobody = count.operation == "untimed" ? "(by the proxy)" : "(by hand)"
            table.append([count.rule.map(shown) ?? nobody, count.operation, "\(count.decisions)"])
        }
        return table.text
    }

    private var partitions: String {
        var table = TextTable([
            ("topic", .left), ("partition", .right), ("segments", .right), ("from", .right),
            ("next", .right),
        ])
        for partition in summary.partitions {
            table.append([
                shown(partition.source.topic), "\(partition.source.partition)",
                "\(partition.segments)", "\(partition.start)",
                partition.next.map { "\($0)" } ?? "-",
            ])
        }
        return table.text
    }

    // MARK: For programs

    public var json: JSONValue {
        .members([
            ("kind", .string("schedule")),
            ("path", .string(summary.path)),
            ("format_version", .number(ScheduleHeader.formatVersion)),
            ("tool", .string(summary.header.tool)),
            ("recording", .string(summary.header.recording)),
            ("ending", .string(endingWord)),
            ("bytes", .number(summary.bytes)),
            ("lines", .number(summary.lines)),
            ("decisions", .number(summary.decisions)),
            ("checkpoints", .number(summary.checkpoints)),
            ("in_doubt", .number(summary.inDoubt)),
            ("lost_offsets", .number(summary.lostOffsets)),
            (
                "closings",
                .members([
                    ("maxWait", .number(summary.closedByMaxWait)),
                    ("untilEnd", .number(summary.closedByUntilEnd)),
                ])
            ),
            ("at_least_once", .bool(summary.header.mayRepeat)),
            ("again", .number(summary.again)),
            ("counts", .array(summary.counts.map(Self.json))),
            ("partitions", .array(summary.partitions.map(Self.json))),
            ("plan", try? JSONValue(parsing: plan.canonicalText)),
        ])
    }

    private var endingWord: String {
        switch summary.ending {
        case .closed: "closed"
        case .open: "open"
        case .cut: "cut"
        }
    }

    private static func json(_ count: ScheduleSummary.Count) -> JSONValue {
        .members([
            ("rule", count.rule.map(JSONValue.string) ?? .null),
            ("operation", .string(count.operation)), ("decisions", .number(count.decisions)),
        ])
    }

    private static func json(_ partition: ScheduleSummary.Partition) -> JSONValue {
        .members([
            ("topic", .string(partition.source.topic)),
            ("partition", .number(partition.source.partition)),
            ("segments", .number(partition.segments)),
            ("start", .number(partition.start)),
            ("next", partition.next.map(JSONValue.number(_:)) ?? .null),
        ])
    }
}
