import Perturbation
import Records

/// One window of what was delivered: its records and its deliveries in order.
public struct FormedWindow: Sendable {
    public var source: TopicPartition
    public var start: Offset
    /// Offsets of its records.
    public var offsets: [Offset]
    /// In order; slots are indices into `offsets`.
    public var deliveries: [Delivery]
    public var closing: Closing.Reason?
}

/// Cuts pieces of expected output into the windows that plan and closings give.
///
/// Windows are consecutive and no delivery leaves its window, so the output of one window is a run of
/// the deliveries.
public struct WindowCutter {
    private let plan: Plan
    private let boundaries: WindowBoundaries
    private var formers: [TopicPartition: WindowFormer] = [:]

    public init(plan: Plan, boundaries: WindowBoundaries) {
        self.plan = plan
        self.boundaries = boundaries
    }

    /// The windows of a piece, in order. A window that a piece ends inside of is given as far as it goes.
    public mutating func windows(of piece: ExpectedOutput.Piece) -> [FormedWindow] {
        let source = piece.source
        let entries = piece.records.entries[piece.slots]
        guard let first = entries.first else { return [] }
        var former =
            formers[source]
            ?? WindowFormer(
                Perturber(plan: plan, source: source),
                start: boundaries.starts[source] ?? first.offset)
        defer { formers[source] = former }
        if first.offset < former.start { former.begin(at: first.offset) }
        var windows: [FormedWindow] = []
        var open: [Offset] = []
        var slotBase = piece.slots.lowerBound
        var delivery = 0
        func close(_ reason: Closing.Reason?) {
            guard let last = open.last else { return }
            let slots = slotBase..<(slotBase + open.count)
            var own: [Delivery] = []
            while delivery < piece.outcome.deliveries.count,
                slots.contains(Int(piece.outcome.deliveries[delivery].slot))
            {
                var moved = piece.outcome.deliveries[delivery]
                moved.slot -= Int32(slotBase)
                own.append(moved)
                delivery += 1
            }
            windows.append(
                FormedWindow(
                    source: source, start: former.start, offsets: open, deliveries: own,
                    closing: reason))
            slotBase += open.count
            open = []
            former.begin(at: last + 1)
        }
        for entry in entries {
            if former.endsBefore(payloadBytes: Int(entry.payloadBytes)) { close(nil) }
            open.append(entry.offset)
            let isFull = former.take(
                payloadBytes: Int(entry.payloadBytes), at: entry.offset)
            let closing = boundaries.closings[source]?[former.start]
            if isFull {
                close(nil)
            } else if let closing, closing.through <= entry.offset {
                close(closing.reason)
            }
        }
        close(nil)
        return windows
    }
}
