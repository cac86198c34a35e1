import Perturbation
import Recording
import Records

/// A plan carried out on a recording: the windows that the live proxy would have formed, ended early
/// where a schedule says that a clock ended them.
final class PlanSource: ReplaySource {
    private let plan: Plan
    private let reader: RecordingReader
    private let starts: [TopicPartition: Offset]
    private let closings: [TopicPartition: [Offset: Closing]]
    private var lanes: [TopicPartition: ReplayLane] = [:]
    private let journal: ReplayJournal?
    private var isAtEnd = false

    /// - Parameters:
    ///   - boundaries: where partitions begin and which windows a clock closed; nil: they begin at
    ///     their first record, and none.
    ///   - journal: where the decisions go, if anywhere.
    init(
        recording path: String, plan: Plan, boundaries: WindowBoundaries?, journal: ReplayJournal?
    ) throws {
        self.plan = plan
        self.journal = journal
        starts = boundaries?.starts ?? [:]
        closings = boundaries?.closings ?? [:]
        reader = try RecordingReader(path: path)
    }

    func next() throws -> [ReplayPiece]? {
        while try reader.next() {
            let lane = try lane(of: reader.source)
            try lane.take(reader)
            if !lane.closed.isEmpty { return try pieces(of: lane) }
        }
        if isAtEnd { return nil }
        isAtEnd = true
        // What is left is closed here, as `--until-end` would have.
        var last: [ReplayPiece] = []
        for source in lanes.keys.sorted() {
            guard let lane = lanes[source] else { continue }
            lane.finish()
            last += try pieces(of: lane)
        }
        try journal?.close()
        return last
    }

    private func pieces(of lane: ReplayLane) throws -> [ReplayPiece] {
        defer { lane.closed.removeAll() }
        return try lane.closed.map { window in
            try journal?.append(window, lane.encoder)
            return ReplayPiece(
                records: window.records, outcome: window.outcome,
                lastSlot: window.records.count - 1)
        }
    }

    private func lane(of source: TopicPartition) throws -> ReplayLane {
        if let known = lanes[source] { return known }
        var block = RecordBlock(source: source)
        try reader.append(to: &block)
        let start = starts[source] ?? block.entries[0].offset
        let lane = ReplayLane(
            source, plan: plan, start: start, closings: closings[source] ?? [:])
        journal?.begin(source, at: start)
        lanes[source] = lane
        return lane
    }
}

/// A window that a replay formed.
struct ReplayWindow {
    var start: Offset
    var records: RecordBlock
    var outcome: Outcome
    var closing: Closing?
}

/// The windows of one partition of a recording.
final class ReplayLane {
    let encoder: DecisionEncoder
    var closed: [ReplayWindow] = []
    private var perturber: Perturber
    private var former: WindowFormer
    private var block: RecordBlock
    private let closings: [Offset: Closing]

    init(
        _ source: TopicPartition, plan: Plan, start: Offset, closings: [Offset: Closing]
    ) {
        perturber = Perturber(plan: plan, source: source)
        encoder = DecisionEncoder(source: source, ruleNames: plan.ruleNames)
        former = WindowFormer(perturber, start: start)
        block = RecordBlock(source: source)
        self.closings = closings
    }

    /// Takes the record at hand.
    func take(_ reader: RecordingReader) throws {
        try reader.append(to: &block)
        let payload = Int(block.entries[block.count - 1].payloadBytes)
        if former.endsBefore(payloadBytes: payload) {
            block.removeLast()
            close(nil)
            try reader.append(to: &block)
        }
        let offset = block.entries[block.count - 1].offset
        let isFull = former.take(payloadBytes: payload)
        if let closing = closings[former.start], closing.through <= offset {
            close(isFull ? nil : closing)
        } else if isFull {
            close(nil)
        }
    }

    func finish() {
        guard let last = block.entries.last else { return }
        close(
            Closing(
                source: block.source, start: former.start, through: last.offset, reason: .untilEnd))
    }

    private func close(_ closing: Closing?) {
        guard let last = block.entries.last else { return }
        var outcome = Outcome()
        perturber.perturb(block, start: former.start, into: &outcome)
        closed.append(
            ReplayWindow(
                start: former.start, records: block, outcome: outcome, closing: closing))
        former.begin(at: last.offset + 1)
        block = RecordBlock(source: block.source)
    }
}
