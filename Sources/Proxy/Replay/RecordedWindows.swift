import Perturbation
import Recording
import Records

/// Windows of a recording alone: partitions begin at their first record, and no clock closed anything.
final class RecordedWindows: WindowSource {
    private let path: String
    private let plan: Plan
    private let reader: RecordingReader
    /// In a recording of live traffic an offset names a record: one that is there again is of a window
    /// that was recorded again.
    private let skipsRepeats: Bool
    private var lanes: [TopicPartition: ReplayLane] = [:]
    private var lastOffsets: [TopicPartition: Offset] = [:]
    private(set) var starts: [TopicPartition: Offset] = [:]
    private var isAtEnd = false

    init(recording path: String, plan: Plan) throws {
        self.path = path
        self.plan = plan
        reader = try RecordingReader(path: path)
        skipsRepeats = reader.identity?.subscriptions.isEmpty == false
    }

    func next() throws -> [ReplayPiece]? {
        while try reader.next() {
            let source = reader.source
            let pieces = try reader.withRecord { try take($0, of: source) }
            if !pieces.isEmpty { return pieces }
        }
        if isAtEnd { return nil }
        isAtEnd = true
        // What is left is closed here, as `--until-end` would have.
        return lanes.finish()
    }

    private func take(_ block: RecordBlock, of source: TopicPartition) throws -> [ReplayPiece] {
        let offset = block.entries[0].offset
        var lane: ReplayLane
        if let known = lanes.removeValue(forKey: source) {
            lane = known
            if let last = lastOffsets[source], offset <= last {
                lanes[source] = lane
                if skipsRepeats { return [] }
                throw RecordingError(
                    .mismatch, path,
                    "the offsets of \(source) do not rise: \(offset) follows \(last); a plan's windows "
                        + "and a schedule's lines need offsets that name one record each")
            }
        } else {
            lane = ReplayLane(source, plan: plan, start: offset)
            starts[source] = offset
        }
        try lane.take(block, at: 0)
        lastOffsets[source] = offset
        defer { lanes[source] = lane }
        return lane.closed.isEmpty ? [] : lane.takeClosed()
    }
}
