import Perturbation
import Records

/// A window that some instance wrote.
struct MergeWindow {
    var source: TopicPartition
    var start: Offset
    /// Its records in the part that it is of.
    var slots: Range<Int>
    /// The last record's offset.
    var last: Offset
    /// Its place among the windows of the transaction, and of its partition in it.
    var order: Int
    var index: Int
    /// Its lines: places in the part's decisions.
    var lines: [Int] = []
    /// Whether it is on the chain.
    var counts = false
    /// Of the chain's last window so many deliveries count; nil for all.
    var emitted: Int64?

    var again: SentAgain { SentAgain(source: source, start: start, through: last) }
}

/// Forms the windows of segments again, to tell one from the next: by plan, closings and the runs of
/// records in which they were written.
struct MergeWindows {
    private struct Key: Hashable {
        var file: Int
        var source: TopicPartition
    }

    private let plan: Plan
    private var formers: [Key: WindowFormer] = [:]

    init(plan: Plan) { self.plan = plan }

    /// The windows of what a pair of files has of a partition in one transaction; nil without records.
    mutating func formed(
        of part: JournalReader.Part, _ source: TopicPartition, file: Int
    ) -> CheckedWindows? {
        let key = Key(file: file, source: source)
        if let segment = part.segment { begin(segment.start, key) }
        guard let first = part.records.entries.first else { return nil }
        if formers[key] == nil { begin(first.offset, key) }
        guard var former = formers.removeValue(forKey: key) else { return nil }
        let closings = Dictionary(
            part.closings.map { ($0.start, $0.through) }, uniquingKeysWith: { $1 })
        let formed = CheckedWindows(
            part.records, &former, closings: closings, runEnds: Set(part.runs.map(\.end)))
        formers[key] = former
        return formed
    }

    /// The same windows, each with its lines.
    ///
    /// - Parameter live: as much of them as counts; nil for none.
    mutating func windows(
        of part: JournalReader.Part, _ source: TopicPartition, file: Int, live: LiveJournals.Part?
    ) -> [MergeWindow] {
        guard let formed = formed(of: part, source, file: file) else { return [] }
        var run = 0
        var windows: [MergeWindow] = []
        for (index, window) in formed.windows.enumerated() {
            while run + 1 < part.runs.count, part.runs[run].end < window.slots.upperBound {
                run += 1
            }
            var result = MergeWindow(
                source: source, start: window.start, slots: window.slots,
                last: part.records.entries[window.slots.upperBound - 1].offset,
                order: part.runs.isEmpty ? 0 : part.runs[run].order, index: index)
            if let live { result.judge(by: live) }
            windows.append(result)
        }
        if live != nil { Self.hand(part.decisions, to: &windows) }
        return windows
    }

    /// Gives each window its lines, in their order. A line on no record at all goes to the window behind
    /// its place, where whoever carries it out refuses it.
    private static func hand(_ decisions: [LineDecision], to windows: inout [MergeWindow]) {
        for (index, decision) in decisions.enumerated() {
            var low = 0
            var high = windows.count - 1
            while low < high {
                let middle = (low + high) / 2
                if windows[middle].last < decision.slot { low = middle + 1 } else { high = middle }
            }
            windows[low].lines.append(index)
        }
    }

    private mutating func begin(_ start: Offset, _ key: Key) {
        formers[key] = WindowFormer(Perturber(plan: plan, source: key.source), start: start)
    }
}

extension MergeWindow {
    /// Whether the chain has it. One that the segment emitted in part is written again by the next one,
    /// which has it whole.
    fileprivate mutating func judge(by live: LiveJournals.Part) {
        let end = live.extent.end
        if last < end {
            counts = true
        } else if live.isLast && live.extent.emitted > 0 && slots.lowerBound == live.wholeCount {
            counts = true
            emitted = live.extent.emitted
        }
    }
}
