import Perturbation
import Records

/// The windows of one partition in one transaction.
struct CheckedWindows {
    let block: RecordBlock
    /// Where the windows start, the gap in front of a window included.
    private(set) var starts: Set<Offset> = []
    /// For each window the slot behind its last record.
    private var ends: [Int] = []
    /// The windows in order: where each starts, and its records' slots.
    private(set) var windows: [(start: Offset, slots: Range<Int>)] = []

    /// - Parameters:
    ///   - former: stands at the first window's start; afterwards at the next one's.
    ///   - closings: last offsets by start.
    ///   - runEnds: slots at which a window ends in any case.
    init(
        _ block: RecordBlock, _ former: inout WindowFormer, closings: [Offset: Offset],
        runEnds: Set<Int>
    ) {
        self.block = block
        var first = 0
        func close(at end: Int) {
            guard end > first else { return }
            starts.insert(former.start)
            ends.append(end)
            windows.append((former.start, first..<end))
            first = end
            former.begin(at: block.entries[end - 1].offset + 1)
        }
        for (slot, entry) in block.entries.enumerated() {
            let payload = Int(entry.payloadBytes)
            if former.endsBefore(payloadBytes: payload) { close(at: slot) }
            let isFull = former.take(payloadBytes: payload, at: entry.offset)
            let isClosed = closings[former.start].map { $0 <= entry.offset } ?? false
            if isFull || isClosed || runEnds.contains(slot + 1) { close(at: slot + 1) }
        }
        close(at: block.count)
    }

    private func window(of slot: Int) -> Range<Int> {
        var low = 0
        var high = ends.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= slot { low = middle + 1 } else { high = middle }
        }
        return (low > 0 ? ends[low - 1] : 0)..<(low < ends.count ? ends[low] : block.count)
    }

    /// What is wrong with where a decision puts its delivery.
    func problem(of decision: LineDecision, at slot: Int) -> String? {
        let gap: LineDecision.Gap?
        switch decision.operation {
        case .move(let place): gap = place
        case .duplicate(_, let place): gap = place
        default: gap = nil
        }
        let (anchor, isBefore): (Offset, Bool)
        switch gap {
        case .after(let offset): (anchor, isBefore) = (offset, false)
        case .before(let offset): (anchor, isBefore) = (offset, true)
        case nil: return nil
        }
        let window = window(of: slot)
        let (first, last) = (
            block.entries[window.lowerBound].offset, block.entries[window.upperBound - 1].offset
        )
        let source = block.source
        guard let found = block.index(of: anchor), window.contains(found) else {
            return "\(source)@\(anchor) is no record of the same window, which is "
                + "\(source)@\(first)..\(last)"
        }
        if isBefore && found != window.lowerBound {
            return "\"before\" is for the first record of the window, \(source)@\(first); write "
                + "\"after\" the record in front of \(source)@\(anchor)"
        }
        return nil
    }
}
