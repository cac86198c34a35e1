import Configuration
import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording
import Records
import Testing

/// What a plan samples out is no input.
@Suite struct SampleTests {
    /// A share of the keys.
    private func plan(_ text: String, window: String = "5..50") throws -> Plan {
        try Plan(
            yaml: Array(
                "{seed: sampled, window: {records: \(window), maxWait: none}, \(text)}".utf8),
            file: "plan")
    }

    /// The input's records that the plan takes, found by the plan's own sampler.
    private func taken(_ plan: Plan, _ scene: Scene) throws -> [Int32: [Record]] {
        try Dictionary(
            uniqueKeysWithValues: scene.cluster.contents(of: scene.input).map { partition, log in
                let source = TopicPartition(scene.input, partition)
                let sampler = try #require(
                    Sampler(plan.sample, seed: plan.seed, source: source))
                return (
                    partition,
                    try log.filter { record in
                        var block = RecordBlock(source: source)
                        var record = record
                        record.source = source
                        try block.append(record)
                        return block.withUnsafeBytes { sampler.takes(block.entries[0], in: $0) }
                    }
                )
            })
    }

    private func expectTaken(_ plan: Plan, _ scene: Scene) throws {
        var wanted: [Int32: [Sent]] = [:]
        for (partition, log) in try taken(plan, scene) {
            wanted[partition] = try Expectation.of(
                log, topic: scene.input, partition: partition, plan: plan
            ).sent
        }
        try scene.expectEqual(try scene.sent(), wanted)
        try scene.verify()
    }

    @Test func `a share of the keys passes, whole, as if nothing else were there`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<900, partitions: 2), to: scene.input)
        let plan = try plan(
            "sample: 40%, rules: [order: shuffle, drop: 5%]", window: "3..9")
        let counts = try scene.run(scene.recorded(plan))
        let keys = try taken(plan, scene).values.flatMap { $0 }.map { $0.key ?? [] }
        let all = try scene.cluster.contents(of: scene.input).values.flatMap { $0 }
        #expect(all.filter { keys.contains($0.key ?? []) }.count == keys.count)
        #expect((100..<800).contains(keys.count))
        #expect(counts.passed == keys.count && counts.sampledOut == 900 - keys.count)
        try expectTaken(plan, scene)
        let text = try String(contentsOfFile: scene.schedule, encoding: .utf8)
        #expect(text.contains("\"sample\":[{\"share\":\"0.4\"}]"))
    }

    @Test func `a run that is stopped again and again samples and groups as one that is not`()
        throws
    {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<1200, partitions: 2), to: scene.input)
        let plan = try plan(
            "sample: [{where: {key: k1}, share: 0}, {where: {offset: 100..}, share: 50%}], "
                + "rules: [order: shuffle]", window: "2..5")
        for goal in [40, 200] {
            try scene.run(scene.recorded(plan)) { ($0?.statistics.passed ?? 0) >= goal }
        }
        try scene.run(scene.recorded(plan))
        try expectTaken(plan, scene)
    }

    @Test func `the position moves over what is sampled out`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<300, partitions: 2), to: scene.input)
        let plan = try plan("sample: {where: {partition: 0}}, rules: [order: shuffle]")
        let counts = try scene.run(scene.recorded(plan))
        #expect(counts.passed == 150 && counts.sampledOut == 150)
        let committed = try scene.committed()
        #expect(committed[TopicPartition(scene.input, 1)]?.offset == 150)
        try expectTaken(plan, scene)

        // And while it runs, without any window to commit.
        try scene.cluster.produce(
            SampleRecords.numbered(300..<400, partitions: 2).filter { $0.source.partition == 1 },
            to: scene.input)
        var configuration = scene.recorded(plan)
        configuration.untilEnd = false
        try scene.run(configuration) { _ in
            (try? scene.committed())?[TopicPartition(scene.input, 1)]?.offset == 200
        }
        try expectTaken(plan, scene)
    }

    @Test func `what stands at the end and is sampled out ends a run too`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 1)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<100, partitions: 1), to: scene.input)
        let plan = try plan("sample: {where: {offset: 10..19}}, rules: [order: shuffle]")
        #expect(try scene.run(scene.recorded(plan)).passed == 10)
        try expectTaken(plan, scene)
        #expect(try scene.committed()[TopicPartition(scene.input, 0)]?.offset == 100)
    }
}
