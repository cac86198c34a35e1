import Perturbation
import Records

/// The lines of one transaction, and what is wrong with them as they stand.
struct CheckedBatch {
    typealias Line = (source: TopicPartition, decision: LineDecision, number: Int)

    private(set) var problems: [ScheduleCheck.Problem] = []
    private(set) var decisions: [Line] = []
    private(set) var closings: [(closing: Closing, number: Int)] = []
    private(set) var segments: [TopicPartition: Segment] = [:]
    /// Partitions with a segment so far in the file.
    private var begun: Set<TopicPartition> = []
    /// The first line of each partition in this transaction.
    private var firsts: [TopicPartition: Int] = [:]

    private struct Identity: Hashable {
        var source: TopicPartition
        var offset: Offset
        var operation: Int
        var copy: Int32 = 0
        var rule: Int32 = 0
    }

    private var seen: [Identity: Int] = [:]
    /// Lines of drops, and the last line of each record of any other kind.
    private var drops: [TopicPartition: [Offset: Int]] = [:]
    private var others: [TopicPartition: [Offset: Int]] = [:]

    mutating func note(_ message: String, at line: Int) {
        problems.append(.init(line: line, message: message))
    }

    /// The next transaction begins: nothing above speaks of what comes below.
    mutating func begin() {
        let begun = begun
        self = CheckedBatch()
        self.begun = begun
    }

    mutating func add(_ line: ScheduleLine, at number: Int) {
        switch line {
        case .decision(let source, let decision):
            checkBegun(source, number)
            decisions.append((source, decision, number))
            checkIdentity(source, decision, number)
        case .closing(let closing):
            checkBegun(closing.source, number)
            closings.append((closing, number))
            if closing.through < closing.start {
                note("the window ends at \(closing.through), in front of its start", at: number)
            }
        case .loss(let loss): checkBegun(loss.source, number)
        case .segment(let segment):
            if segments.updateValue(segment, forKey: segment.source) != nil {
                note("\(segment.source) begins a second time before a checkpoint", at: number)
            } else if let first = firsts[segment.source] {
                note(
                    "\(segment.source) begins here, and line \(first) of the same transaction speaks of it already",
                    at: number)
            }
            begun.insert(segment.source)
        default: break
        }
    }

    mutating func check(_ checkpoint: Checkpoint, at number: Int) {
        for source in checkpoint.positions.keys.sorted() { checkBegun(source, number) }
    }

    private mutating func checkBegun(_ source: TopicPartition, _ number: Int) {
        if firsts[source] == nil { firsts[source] = number }
        if begun.insert(source).inserted {
            note("\(source) has no segment line before this one", at: number)
        }
    }

    private mutating func checkIdentity(
        _ source: TopicPartition, _ decision: LineDecision, _ number: Int
    ) {
        let (identity, name) = Self.identity(source, decision)
        let place = "\(source)@\(decision.slot)"
        if let first = seen[identity] {
            note("\(name) of \(place) stands in line \(first) already", at: number)
        }
        seen[identity] = number
        if decision.operation == .drop {
            drops[source, default: [:]][decision.slot] = number
            if let other = others[source]?[decision.slot] {
                note(
                    "\(place) is dropped here, which excludes every other line on it, and line \(other)"
                        + " is one", at: number)
            }
            return
        }
        others[source, default: [:]][decision.slot] = number
        if let drop = drops[source]?[decision.slot] {
            note(
                "\(place) is dropped in line \(drop), which excludes every other line on it",
                at: number)
        }
    }

    private static func identity(
        _ source: TopicPartition, _ decision: LineDecision
    ) -> (Identity, name: String) {
        func identity(_ operation: Int, _ copy: Int32 = 0, _ rule: Int32 = 0) -> Identity {
            Identity(
                source: source, offset: decision.slot, operation: operation, copy: copy, rule: rule)
        }
        switch decision.operation {
        case .drop: return (identity(0), "drop")
        case .move: return (identity(1), "move")
        case .duplicate(let copy, _): return (identity(2, copy), "duplicate copy \(copy)")
        case .delay(let copy, _): return (identity(3, copy), "delay copy \(copy)")
        case .corrupt(let copy, _):
            return (identity(4, copy, decision.rule), "corrupt copy \(copy)")
        case .untimed: return (identity(5), "untimed")
        }
    }
}
