import Perturbation
import Recording
import Records
import Testing

/// What the files of some hosts say of a world, judged.
struct Judgement {
    let world: World
    let pairs: [(recording: String, schedule: String)]

    init(_ world: World, _ hosts: [Host]) {
        self.world = world
        pairs = hosts.map(\.pair)
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
        #expect(
            result.verified == world.output.values.reduce(0) { $0 + $1.count }, comment)
        try expectAccounted(asking: asking, comment)
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
            for record in world.log[source] ?? [] where record.offset < position.offset {
                let times = passed[source]?[record.offset, default: 0] ?? 0
                let isDropped = dropped[source]?.contains(record.offset) ?? false
                #expect(times == (isDropped ? 0 : 1), "\(source)@\(record.offset)")
            }
        }
    }
}
