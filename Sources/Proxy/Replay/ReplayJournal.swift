import Digests
import Foundation
import KafkaClient
import Perturbation
import Recording
import Records

/// The schedule of a replay by plan: it belongs to the recording that was replayed, and says of its
/// records what the plan decided.
final class ReplayJournal {
    private let writer: ScheduleWriter
    private let ruleNames: [String]
    private let digest: RecordDigest.Kind
    private let notesUntimed: Bool
    private var text = TextBuffer()
    private var number: Int64 = 0
    private var lanes: [TopicPartition: Lane] = [:]
    private var moved: Set<TopicPartition> = []
    private static let checkpointBytes = 1 << 20

    private struct Lane {
        let encoder: DecisionEncoder
        let digest: RecordDigest
        /// The next window's start.
        var next: Offset
        /// How far the window that starts at `next` was emitted.
        var part: Checkpoint.Position.Part?
        var records: Int64 = 0

        var position: Checkpoint.Position {
            Checkpoint.Position(
                next: next, epoch: 1, records: records, digest: digest.text,
                part: part)
        }
    }

    /// - Parameter notesUntimed: a timestamp of 0 or none gets lost on the way.
    init(creating path: String, header: ScheduleHeader, notesUntimed: Bool) throws {
        writer = try ScheduleWriter(creating: path, header: header)
        ruleNames = header.plan.ruleNames
        digest = header.digest
        self.notesUntimed = notesUntimed
    }

    /// Writes down what became of a piece of which so many deliveries were emitted.
    ///
    /// - Parameter start: where its partition begins.
    func append(
        _ piece: ReplayPiece, _ window: ReplayWindow, emitted: Int, of start: Offset
    ) throws {
        guard let last = piece.records.entries.last else { return }
        let source = piece.records.source
        let isWhole = window.isWhole && emitted == piece.outcome.deliveries.count
        let total = Int64(window.skipped + emitted)
        if !isWhole && total == 0 { return }
        var lane: Lane
        if let known = lanes.removeValue(forKey: source) {
            lane = known
        } else {
            lane = Lane(
                encoder: DecisionEncoder(source: source, ruleNames: ruleNames),
                digest: RecordDigest(digest), next: start)
            text.append(Segment(source: source, start: start, epoch: 1))
        }
        defer { lanes[source] = lane }
        // The lines of a window whose earlier deliveries another piece had are there.
        if lane.part == nil { write(piece, window, lane.encoder) }
        if isWhole {
            lane.next = last.offset + 1
            lane.part = nil
            lane.records += Int64(piece.records.count)
            piece.records.withUnsafeBytes { lane.digest.update($0) }
        } else {
            lane.next = window.start
            lane.part = .init(through: last.offset, emitted: total)
        }
        moved.insert(source)
        if text.count >= Self.checkpointBytes {
            lanes[source] = lane
            try checkpoint()
        }
    }

    private func write(
        _ piece: ReplayPiece, _ window: ReplayWindow, _ encoder: DecisionEncoder
    ) {
        if let closing = window.closing { text.append(closing) }
        encoder.encode(piece.outcome.decisions, of: piece.records.entries, into: &text)
        guard notesUntimed else { return }
        let dropped = Set(piece.outcome.decisions.filter { $0.operation == .drop }.map(\.slot))
        for (slot, entry) in piece.records.entries.enumerated()
        where !Producer.canSend(timestampMs: entry.timestampMs) && !dropped.contains(Int32(slot)) {
            encoder.encode(LineDecision(slot: entry.offset, .untimed), into: &text)
        }
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

    func discard() { try? FileManager.default.removeItem(atPath: writer.path) }

    private func positions(
        of sources: Set<TopicPartition>
    ) -> [TopicPartition: Checkpoint.Position] {
        lanes.filter { sources.contains($0.key) }.mapValues(\.position)
    }
}
