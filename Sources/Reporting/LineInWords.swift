import Perturbation
import Records

/// A line of a schedule as a sentence for people.
public struct LineInWords: CustomStringConvertible {
    public let description: String

    /// - Parameter ruleNames: the names behind the rule numbers of decisions.
    public init(_ line: ScheduleLine, ruleNames: [String]) {
        description = Self.words(line, ruleNames)
    }

    private static func words(_ line: ScheduleLine, _ names: [String]) -> String {
        switch line {
        case .header(let header):
            "schedule of recording \(header.recording), seed \"\(header.plan.seed)\""
        case .segment(let segment): words(segment)
        case .closing(let closing):
            "\(closing.source)@\(closing.start)..\(closing.through) is a window: "
                + (closing.reason == .maxWait ? "closed by maxWait" : "the traffic ended there")
        case .loss(let loss):
            "\(loss.source)@\(loss.start)..\(loss.through) were gone before they were read: it went on at "
                + "the \(loss.policy.rawValue) record"
        case .decision(let source, let decision): words(source, decision, names)
        case .checkpoint(let checkpoint): "checkpoint \(checkpoint.number)" + positions(checkpoint)
        case .inDoubt(let number): "what became of checkpoint \(number) is not known"
        case .again(let window):
            "\(window.source)@\(window.start)..\(window.through) may have been sent again"
        case .removed: "the recording was removed, and all other lines with it"
        case .unrecorded(let sources):
            "more was sent, without files, of \(sources.map(\.description).joined(separator: ", "))"
        case .end(let checkpoint): "the end" + positions(checkpoint)
        }
    }

    private static func words(_ segment: Segment) -> String {
        var text = "\(segment.source) goes on at \(segment.start), epoch \(segment.epoch)"
        if let parent = segment.parent {
            text += ", behind epoch \(parent.epoch) of recording \(parent.recording)"
        } else {
            text = "\(segment.source) begins at \(segment.start), epoch \(segment.epoch)"
        }
        if let through = segment.through {
            text +=
                "; of the window through \(through) the first \(segment.emitted) deliveries were out"
        }
        return text
    }

    private static func words(
        _ source: TopicPartition, _ decision: LineDecision, _ names: [String]
    ) -> String {
        let record = "\(source)@\(decision.slot)"
        let by =
            names.indices.contains(Int(decision.rule))
            ? " (\(names[Int(decision.rule)]))" : " (by hand)"
        switch decision.operation {
        case .drop: return "\(record) is dropped\(by)"
        case .move(let gap): return "\(record) is moved \(words(gap))\(by)"
        case .duplicate(let copy, let gap):
            return
                "\(record) is repeated, copy \(copy), \(gap.map(words) ?? "right behind it")\(by)"
        case .delay(let copy, let microseconds):
            return "\(record)\(name(copy)) is delayed by \(microseconds) us\(by)"
        case .corrupt(let copy, let corruption):
            return "\(record)\(name(copy)) is changed: \(corruption)\(by)"
        case .untimed: return "\(record) is sent without its timestamp, which is 0 or none"
        }
    }

    private static func words(_ gap: LineDecision.Gap) -> String {
        switch gap {
        case .after(let anchor): "behind \(anchor)"
        case .before(let anchor): "in front of \(anchor)"
        }
    }

    private static func name(_ copy: Int32) -> String { copy == 0 ? "" : " (copy \(copy))" }

    private static func positions(_ checkpoint: Checkpoint) -> String {
        let all = checkpoint.positions.sorted { $0.key < $1.key }.map { source, position in
            let part =
                position.part.map { " (\($0.emitted) deliveries of its window are out)" } ?? ""
            return "\(source) next \(position.next)\(part)"
        }
        return all.isEmpty ? "" : ": " + all.joined(separator: ", ")
    }
}
