import Perturbation
import Records

/// Looks a schedule over after editing by hand and says everything that is wrong with it, by line.
public struct ScheduleCheck: Sendable {
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public var line: Int
        public var message: String

        public var description: String { "line \(line): \(message)" }
    }

    public private(set) var problems: [Problem] = []
    public private(set) var decisions = 0
    public private(set) var checkpoints = 0
    /// Whether the last line is there.
    public private(set) var isClosed = false

    private struct Identity: Hashable {
        var source: TopicPartition
        var offset: Offset
        var operation: Int
        var copy: Int32
        var rule: Int32
    }

    private var seen: [Identity: Int] = [:]
    /// Lines of drops, and the last line of each record of any other kind.
    private var drops: [TopicPartition: [Offset: Int]] = [:]
    private var others: [TopicPartition: [Offset: Int]] = [:]

    /// - Parameter recording: with it records and anchors are looked up, and windows formed; without it
    ///   only the lines themselves are judged.
    /// - Throws: `RecordingError` where a file cannot be read at all.
    public init(schedule path: String, recording: String?) throws {
        let windows = try recording.map { try WindowTable(recording: $0, schedule: path) }
        let reader = try ScheduleReader(path: path)
        var more = true
        while more {
            do {
                guard let line = try reader.next() else {
                    more = false
                    continue
                }
                check(line, at: reader.line, windows)
            } catch let error as RecordingError {
                note(error.message, at: reader.line)
                if problems.count > 1000 { more = false }
            }
        }
        isClosed = reader.isClosed
        if reader.endsInsideLine { note("the file ends inside this line", at: reader.line) }
        problems.sort { $0.line < $1.line }
    }

    private mutating func note(_ message: String, at line: Int) {
        // A parser's sentence names the line already.
        let prefix = "line \(line): "
        let text = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
        problems.append(Problem(line: line, message: text))
    }

    private mutating func check(_ line: ScheduleLine, at number: Int, _ windows: WindowTable?) {
        switch line {
        case .decision(let source, let decision):
            decisions += 1
            checkIdentity(source, decision, number)
            if let windows { checkPlaces(source, decision, number, windows) }
        case .checkpoint:
            checkpoints += 1
            // A record is decided on in one transaction: nothing above speaks of what comes below.
            seen.removeAll(keepingCapacity: true)
            drops.removeAll(keepingCapacity: true)
            others.removeAll(keepingCapacity: true)
        default: break
        }
    }

    private mutating func checkIdentity(
        _ source: TopicPartition, _ decision: LineDecision, _ number: Int
    ) {
        var identity = Identity(
            source: source, offset: decision.slot, operation: 0, copy: 0, rule: 0)
        var name = "drop"
        switch decision.operation {
        case .drop: break
        case .move: (identity.operation, name) = (1, "move")
        case .duplicate(let copy, _):
            (identity.operation, identity.copy, name) = (2, copy, "duplicate copy \(copy)")
        case .delay(let copy, _):
            (identity.operation, identity.copy, name) = (3, copy, "delay copy \(copy)")
        case .corrupt(let copy, _):
            (identity.operation, identity.copy, name) = (4, copy, "corrupt copy \(copy)")
            identity.rule = decision.rule
        case .untimed: (identity.operation, name) = (5, "untimed")
        }
        let place = "\(source)@\(decision.slot)"
        if let first = seen[identity] {
            note("\(name) of \(place) stands in line \(first) already", at: number)
        }
        seen[identity] = number
        if decision.operation == .drop {
            drops[source, default: [:]][decision.slot] = number
            if let other = others[source]?[decision.slot] {
                note("\(place) is dropped here and decided on in line \(other)", at: number)
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

    private mutating func checkPlaces(
        _ source: TopicPartition, _ decision: LineDecision, _ number: Int, _ windows: WindowTable
    ) {
        guard let window = windows.window(of: decision.slot, in: source) else {
            return note("\(source)@\(decision.slot) is not in the recording", at: number)
        }
        let gap: LineDecision.Gap?
        switch decision.operation {
        case .move(let place): gap = place
        case .duplicate(_, let place): gap = place
        default: gap = nil
        }
        switch gap {
        case .after(let anchor):
            if windows.window(of: anchor, in: source) != window {
                note("\(source)@\(anchor) is no record of the same window", at: number)
            }
        case .before(let anchor):
            if windows.window(of: anchor, in: source) != window {
                note("\(source)@\(anchor) is no record of the same window", at: number)
            } else if !windows.isFirst(anchor, in: source) {
                note(
                    "\"before\" is for the first record of a window, which \(source)@\(anchor) is not; "
                        + "write \"after\" the record in front of it", at: number)
            }
        case nil: break
        }
    }
}

/// Which window each record of a recording is in. Memory grows with the number of windows.
private struct WindowTable {
    /// By partition: the first and the last offset of each window, in order, and the records' offsets
    /// where there are gaps.
    private var windows: [TopicPartition: [(first: Offset, last: Offset)]] = [:]
    private var offsets: [TopicPartition: Set<Offset>] = [:]

    init(recording: String, schedule: String) throws {
        let reader = try RecordingReader(path: recording)
        let header = try ScheduleReader(path: schedule).header
        let boundaries = try WindowBoundaries(schedules: [schedule])
        var formers: [TopicPartition: WindowFormer] = [:]
        var open: [TopicPartition: (first: Offset, last: Offset)] = [:]
        var block = RecordBlock(source: TopicPartition("", 0))
        while try reader.next() {
            let source = reader.source
            if block.source != source { block = RecordBlock(source: source) }
            block.removeAll()
            try reader.append(to: &block)
            let entry = block.entries[0]
            // A record that was written again, by a later segment, is in its window already.
            if offsets[source, default: []].insert(entry.offset).inserted == false { continue }
            var former =
                formers[source]
                ?? WindowFormer(
                    Perturber(plan: header.plan, source: source),
                    start: boundaries.starts[source] ?? entry.offset)
            if former.endsBefore(payloadBytes: Int(entry.payloadBytes)), let window = open[source] {
                windows[source, default: []].append(window)
                open[source] = nil
                former.begin(at: window.last + 1)
            }
            open[source] = (open[source]?.first ?? entry.offset, entry.offset)
            let isFull = former.take(payloadBytes: Int(entry.payloadBytes))
            let closing = boundaries.closings[source]?[former.start]
            if isFull || (closing.map { $0.through <= entry.offset } ?? false),
                let window = open.removeValue(forKey: source)
            {
                windows[source, default: []].append(window)
                former.begin(at: window.last + 1)
            }
            formers[source] = former
        }
        for (source, window) in open { windows[source, default: []].append(window) }
    }

    /// The index of the record's window; nil where there is no such record.
    func window(of offset: Offset, in source: TopicPartition) -> Int? {
        guard offsets[source]?.contains(offset) == true, let all = windows[source] else {
            return nil
        }
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].last < offset { low = middle + 1 } else { high = middle }
        }
        return low < all.count && all[low].first <= offset ? low : nil
    }

    func isFirst(_ offset: Offset, in source: TopicPartition) -> Bool {
        window(of: offset, in: source).map { windows[source]?[$0].first == offset } ?? false
    }
}
