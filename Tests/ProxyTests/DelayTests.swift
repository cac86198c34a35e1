import Configuration
import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

@Suite struct DelayTests {
    private static let delays = Plan.windows(
        20...30,
        rules: Plan.standard.rules + [.delay(.uniform(lowUs: 0, highUs: 500_000))])

    @Test(arguments: ClusterKind.available)
    func `delays put deliveries off and change neither order nor content`(kind: ClusterKind) throws
    {
        let scene = try Scene(Cluster(kind))
        try scene.cluster.produce(
            SampleRecords.numbered(0..<150, partitions: 3), to: scene.input)
        let statistics = try scene.run(scene.recorded(Self.delays))
        try scene.expectOutput(of: Self.delays)
        try scene.verify()
        #expect(statistics.counts.delayed > 100)
        // Windows went out in parts: some transaction ended inside of one.
        let text = try String(contentsOfFile: scene.schedule, encoding: .utf8)
        #expect(text.contains("\"emitted\":"))
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `no delivery comes before it is due`() throws {
        // The broker stamps what arrives at it: these are times of emission.
        let scene = try Scene(
            Cluster(.real), outputSettings: ["message.timestamp.type": "LogAppendTime"])
        let plan = Plan.windows(
            5...20, rules: [.delay(.uniform(lowUs: 0, highUs: 700_000))])
        try scene.cluster.produce(
            SampleRecords.numbered(0..<90, partitions: 3), to: scene.input)
        var configuration = scene.recorded(plan)
        configuration.allowsLogAppendTime = true
        try scene.run(configuration)
        let found = try scene.cluster.contents(of: scene.output)
        let expected = try ExpectedOutput([(scene.recording, scene.schedule)])
        var next: [Int32: Int] = [:]
        var compared = 0
        while let pieces = try expected.next() {
            for piece in pieces {
                let partition = piece.source.partition
                for delivery in piece.outcome.deliveries {
                    let record = try #require(found[partition]?[next[partition, default: 0]])
                    next[partition, default: 0] += 1
                    let arrivalNs = piece.records.entries[Int(delivery.slot)].arrivalNs
                    let dueMs =
                        Int64(arrivalNs / 1_000_000) + delivery.delayMicroseconds / 1000
                    #expect(record.timestamp.milliseconds >= dueMs - 1)
                    compared += 1
                }
            }
        }
        #expect(compared == 90)
    }

    @Test(arguments: ClusterKind.available)
    func `a stop waits for whole windows to be due, and forgets open ones`(kind: ClusterKind) throws
    {
        let scene = try Scene(Cluster(kind), partitions: 1)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<105, partitions: 1), to: scene.input)
        let plan = Plan.windows(20...20, rules: [.delay(.constant(us: 4_000_000))])
        var configuration = scene.recorded(plan)
        configuration.untilEnd = false
        // Before anything is due.
        let statistics = try scene.run(configuration) { ($0?.statistics.read ?? 0) == 105 }
        #expect(statistics.windows == 5)
        #expect(try scene.sent()[0]?.count == 100)
        #expect(
            scene.notices.contains { $0.hasPrefix("whole windows wait for the time to be sent at") }
        )
        try scene.verify()
        // The next run has the rest.
        try scene.run(scene.recorded(plan))
        #expect(try scene.sent()[0]?.count == 105)
        try scene.expectOutput(of: plan)
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `killed inside a window, the rest of it follows`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<200, partitions: 1), to: scene.input)
        let file = scene.path("plan.yaml")
        // Long enough for a whole kill and restart inside the first window.
        let plan = Plan.windows(
            20...30,
            rules: Plan.standard.rules + [.delay(.uniform(lowUs: 0, highUs: 12_000_000))])
        try plan.canonicalText.write(toFile: file, atomically: true, encoding: .utf8)
        let flags = ["--plan", file, "-X", "group.instance.id=one"]
        // When a kill falls between two windows the machine was too busy: once more.
        var kills = 0
        while try kills < 2 || (scene.partialSegments() < 1 && kills < 30) {
            kills += 1
            let child = try scene.child(flags)
            let before = try scene.visible()
            try wait(for: "a part of a window") {
                try !child.isRunning || scene.visible() > before + 5
            }
            child.kill9()
        }
        let last = try scene.child(flags)
        #expect(try last.wait() == 0, "\(last.said)")
        #expect(try scene.partialSegments() >= 1)
        try scene.expectOutput(of: plan)
        try scene.verify()
    }
}

extension Scene {
    /// Segments of the schedule that start inside a window.
    fileprivate func partialSegments() throws -> Int {
        try String(contentsOfFile: schedule, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("{\"segment\"") && $0.contains("\"emitted\"") }.count
    }
}
