import Foundation
import Perturbation
import Recording
import Records
import Testing

/// What the files of some hosts say of a world, judged.
struct Judgement {
    let world: World
    let pairs: [(recording: String, schedule: String)]

    init(_ world: World, _ hosts: [Host]) {
        self.init(world, pairs: hosts.flatMap(\.pairs))
    }

    init(_ world: World, pairs: [(recording: String, schedule: String)]) {
        self.world = world
        self.pairs = pairs
    }

    func verification(
        asking: Bool, changing change: (inout [TopicPartition: [Record]]) -> Void = { _ in }
    ) throws -> Verification {
        try Verification(
            ExpectedOutput(pairs, committed: asking ? world.committed : nil),
            against: world.delivered(changing: change), output: World.output)
    }

    /// The output is what the files say, and every record below a position passed once or is dropped by
    /// a line.
    func expectAsItShouldBe(asking: Bool, _ comment: Comment? = nil) throws {
        let result = try verification(asking: asking)
        #expect(result.differences == [], comment)
        let unrecorded = result.unrecorded.reduce(0) { $0 + $1.deliveries }
        #expect(
            result.verified + unrecorded == world.output.values.reduce(0) { $0 + $1.count },
            comment)
        try expectAccounted(asking: asking, comment)
    }

    /// Merged, the files say the same as before, as those of one undisturbed run.
    @discardableResult
    func expectMerges(
        asking: Bool, in folder: URL, _ comment: Comment? = nil
    ) throws -> Merge.Summary {
        let (merged, summary) = try merged(asking: asking, in: folder)
        defer { for path in [merged.recording, merged.schedule] { unlink(path) } }
        let one = Judgement(world, pairs: [merged])
        try one.expectAsItShouldBe(asking: false, comment)
        let check = try ScheduleCheck(schedule: merged.schedule, recording: merged.recording)
        #expect(check.problems == [], comment)
        #expect(check.isClosed, comment)
        try Self.expectEachOnce(merged.recording, comment)
        return summary
    }

    func merged(
        asking: Bool, in folder: URL
    ) throws -> (pair: (recording: String, schedule: String), Merge.Summary) {
        let place = folder.appendingPathComponent("merged-\(UUID().uuidString)").path
        let pair = (recording: "\(place).mcap", schedule: "\(place).jsonl")
        let merge = try Merge(
            pairs, committed: asking ? world.committed : nil,
            to: JournalPaths(recording: pair.recording, schedule: pair.schedule),
            identity: RecordingIdentity(id: "merged", tool: "tests"))
        try merge.run()
        return (pair, merge.summary)
    }

    /// Offsets and times of arrival rise within each partition.
    private static func expectEachOnce(_ recording: String, _ comment: Comment?) throws {
        let reader = try RecordingReader(path: recording)
        var last: [TopicPartition: (Offset, UInt64)] = [:]
        while try reader.next() {
            let place = (try reader.record().offset, reader.arrivalNs)
            if let before = last[reader.source] {
                #expect(place.0 > before.0 && place.1 > before.1, comment)
            }
            last[reader.source] = place
        }
    }

    private func expectAccounted(asking: Bool, _ comment: Comment?) throws {
        let expected = try ExpectedOutput(pairs, committed: asking ? world.committed : nil)
        var passed: [TopicPartition: [Offset: Int]] = [:]
        var dropped: [TopicPartition: Set<Offset>] = [:]
        while let pieces = try expected.next() {
            for piece in pieces {
                let offsets = piece.records.entries.map(\.offset)
                for decision in piece.outcome.decisions where decision.operation == .drop {
                    dropped[piece.source, default: []].insert(offsets[Int(decision.slot)])
                }
                for delivery in piece.outcome.deliveries where delivery.copy == 0 {
                    passed[piece.source, default: [:]][offsets[Int(delivery.slot)], default: 0] += 1
                }
            }
        }
        for (source, position) in world.positions where !position.metadata.contains("emitted=") {
            let gaps = expected.chain.unrecorded.filter { $0.source == source }
            for record in world.log[source] ?? [] where record.offset < position.offset {
                if gaps.contains(where: {
                    $0.start <= record.offset
                        && record.offset <= ($0.through ?? ($0.end ?? .max) - 1)
                }) {
                    continue
                }
                let times = passed[source]?[record.offset, default: 0] ?? 0
                let isDropped = dropped[source]?.contains(record.offset) ?? false
                #expect(times == (isDropped ? 0 : 1), "\(source)@\(record.offset)")
            }
        }
    }
}
