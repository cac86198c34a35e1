import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// Positions as earlier versions left them, from `recordings/vN/positions.txt`: lines of
/// `topic/partition@offset metadata`, each as Kafka stored it.
@Suite struct UpgradeTests {
    struct Position {
        var partition: Int32
        var offset: Offset
        var text: String
        var metadata: CommitMetadata

        /// nil where the line is none.
        init?(_ line: Substring) {
            let words = line.split(separator: " ", maxSplits: 1)
            let place = words.first?.split(whereSeparator: { $0 == "/" || $0 == "@" }) ?? []
            guard words.count == 2, place.count == 3, let partition = Int32(place[1]),
                let offset = Offset(place[2]), let metadata = CommitMetadata(String(words[1]))
            else { return nil }
            self.partition = partition
            self.offset = offset
            text = String(words[1])
            self.metadata = metadata
        }

        /// The same position where the window of this topic ends elsewhere.
        func ending(where plan: Plan, in topic: String) throws -> Position {
            guard let part = metadata.part else { return self }
            let source = TopicPartition(topic, partition)
            var former = WindowFormer(Perturber(plan: plan, source: source), start: offset)
            var through = offset
            while !former.take(payloadBytes: 0, at: through) { through += 1 }
            let old = "through=\(part.through) emitted=\(part.emitted)"
            let new = text.replacing(old, with: "through=\(through) emitted=1")
            return try #require(Position("\(topic)/\(partition)@\(offset) \(new)"))
        }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../recordings/v1")

    private static func plan() throws -> Plan {
        try Plan(
            yaml: [UInt8](try Data(contentsOf: folder.appending(path: "plan.yaml"))), file: "plan")
    }

    /// Those of the first run, inside of windows, and those of the second.
    private static func positions() throws -> [[Position]] {
        let text = try String(
            contentsOf: folder.appending(path: "positions.txt"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        let positions = lines.compactMap(Position.init)
        try #require(positions.count == lines.count && positions.count == 6)
        return [Array(positions[..<3]), Array(positions[3...])]
    }

    @Test func `the plan that they name has the digest that it had`() throws {
        let digest = try Self.plan().digest
        for position in try Self.positions().joined() {
            #expect(position.metadata.plan == digest)
            // What this version writes, an earlier one reads.
            #expect(position.metadata.text == position.text)
        }
    }

    @Test(arguments: ClusterKind.available, [0, 1])
    func `a group goes on where an earlier version left it`(kind: ClusterKind, run: Int) throws {
        // The topic's name decides where windows end. On a broker with other topics it cannot have it,
        // and the windows that were left have other ends, in the same words.
        let scene = try Scene(Cluster(kind), input: kind == .embedded ? "orders" : nil)
        let plan = try Self.plan()
        try scene.cluster.produce(
            SampleRecords.varied(240, partitions: 3, seed: 11), to: scene.input)
        let positions = try Self.positions()[run].map {
            kind == .embedded ? $0 : try $0.ending(where: plan, in: scene.input)
        }
        try scene.commit(positions)
        try scene.run(scene.recorded(plan))

        let log = try scene.cluster.contents(of: scene.input)
        var expected: [Int32: [Sent]] = [:]
        for position in positions {
            let whole = try Expectation.of(
                log[position.partition] ?? [], topic: scene.input, partition: position.partition,
                plan: plan, start: position.offset)
            let emitted = Int(position.metadata.part?.emitted ?? 0)
            expected[position.partition] = Array(whole.sent.dropFirst(emitted))
            #expect(whole.sent.count > 20)
        }
        try scene.expectEqual(try scene.sent(), expected)

        let segments = try scene.segments()
        #expect(segments.count == 3)
        for position in positions {
            let segment = segments.first { $0.source.partition == position.partition }
            #expect(segment?.start == position.offset)
            #expect(segment?.epoch == position.metadata.epoch + 1)
            #expect(segment?.parent?.recording == "format")
            #expect(segment?.parent?.epoch == position.metadata.epoch)
            #expect(segment?.through == position.metadata.part?.through)
            #expect(segment?.emitted == position.metadata.part?.emitted ?? 0)
        }
    }

    @Test(arguments: ClusterKind.available)
    func `a position of a version to come is refused, with the way out`(kind: ClusterKind) throws {
        let scene = try Scene(Cluster(kind), partitions: 1)
        try scene.cluster.produce(SampleRecords.numbered(0..<50, partitions: 1), to: scene.input)
        let source = TopicPartition(scene.input, 0)
        let consumer = try Consumer(scene.cluster.configuration, group: scene.group)
        try consumer.assign([source: .earliest])
        try consumer.commit(
            [CommittedPosition(source, offset: 7, metadata: "kerfuffle/2 segment=9 of=3")],
            timeout: .seconds(20))
        let sentence =
            "the position 7 of group \(scene.group) in \(scene.input)/0 was committed by another "
            + "version of Kerfuffle (\"kerfuffle/2\"; this one reads \"kerfuffle/1\"): go on with the "
            + "version that committed it, or take another group and new files"
        let error = #expect(throws: ProxyError.self) { try scene.run(scene.recorded()) }
        #expect(error?.kind == .conflict)
        #expect(error?.message == sentence)
        #expect(try scene.sent().values.allSatisfy(\.isEmpty))
        // `verify` and `replay` that ask the group say the same.
        let asked = #expect(throws: ProxyError.self) {
            try GroupPositions.read(scene.cluster.configuration, group: scene.group, of: [source])
        }
        #expect(asked?.message == sentence)
        // Nothing was moved.
        #expect(
            try consumer.committed([source], timeout: .seconds(20))[source]?.metadata
                == "kerfuffle/2 segment=9 of=3")
    }
}

extension Scene {
    /// What another program left behind, before anyone has joined the group.
    fileprivate func commit(_ positions: [UpgradeTests.Position]) throws {
        let consumer = try Consumer(cluster.configuration, group: group)
        let sources = positions.map { TopicPartition(input, $0.partition) }
        try consumer.assign(Dictionary(uniqueKeysWithValues: sources.map { ($0, .earliest) }))
        try consumer.commit(
            positions.map {
                CommittedPosition(
                    TopicPartition(input, $0.partition), offset: $0.offset, metadata: $0.text)
            }, timeout: .seconds(20))
    }

    fileprivate func segments() throws -> [Segment] {
        let reader = try ScheduleReader(path: schedule)
        var found: [Segment] = []
        while let line = try reader.next() {
            if case .segment(let segment) = line { found.append(segment) }
        }
        return found
    }
}
