import Digests
import Perturbation
import Recording
import Records

/// The schedule of a replay by plan: it belongs to the recording that was replayed, and says of its
/// records what the plan decided.
final class ReplayJournal {
    private let writer: ScheduleWriter
    private var text = TextBuffer()
    private var number: Int64 = 0
    private var lanes: [TopicPartition: Lane] = [:]
    private var moved: Set<TopicPartition> = []
    private static let checkpointBytes = 1 << 20

    private struct Lane {
        var start: Offset
        var isWritten = false
        var next: Offset
        var records: Int64 = 0
        let hash = SHA256()
    }

    init(creating path: String, header: ScheduleHeader) throws {
        writer = try ScheduleWriter(creating: path, header: header)
    }

    func begin(_ source: TopicPartition, at start: Offset) {
        lanes[source] = Lane(start: start, next: start)
    }

    func append(_ window: ReplayWindow, _ encoder: DecisionEncoder) throws {
        let source = window.records.source
        guard var lane = lanes[source], let last = window.records.entries.last else { return }
        if !lane.isWritten {
            text.append(Segment(source: source, start: lane.start, epoch: 1))
            lane.isWritten = true
        }
        if let closing = window.closing { text.append(closing) }
        encoder.encode(window.outcome.decisions, of: window.records.entries, into: &text)
        lane.next = last.offset + 1
        lane.records += Int64(window.records.count)
        window.records.withUnsafeBytes { lane.hash.update($0) }
        lanes[source] = lane
        moved.insert(source)
        if text.count >= Self.checkpointBytes { try checkpoint() }
    }

    private func checkpoint() throws {
        number += 1
        text.append(checkpoint: Checkpoint(number: number, positions: positions(of: moved)))
        try writer.append(text)
        text.removeAll()
        moved.removeAll()
    }

    func close() throws {
        if !moved.isEmpty { try checkpoint() }
        text.append(end: Checkpoint(number: number, positions: positions(of: Set(lanes.keys))))
        try writer.append(text)
        try writer.synchronize()
    }

    private func positions(
        of sources: Set<TopicPartition>
    ) -> [TopicPartition: Checkpoint.Position] {
        var positions: [TopicPartition: Checkpoint.Position] = [:]
        for source in sources {
            guard let lane = lanes[source] else { continue }
            positions[source] = Checkpoint.Position(
                next: lane.next, epoch: 1, records: lane.records,
                digest: lane.hash.digest().description)
        }
        return positions
    }
}
