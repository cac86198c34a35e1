import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording
import Records
import Testing

/// Input and output on clusters of their own: the same promises as on one.
@Suite(.enabled(if: ClusterKind.hasReal)) struct TwoClusterTests {
    private static let total = 24_000

    private func scene(partitions: Int) throws -> Scene {
        let target = Cluster(target: ClusterKind.realBrokers ?? "")
        let scene = try Scene(Cluster(.real), to: target, partitions: partitions)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<Self.total, partitions: partitions), to: scene.input)
        return scene
    }

    @Test func `killed again and again, the output is that of an undisturbed run`() throws {
        let scene = try scene(partitions: 3)
        defer { scene.removePositions() }
        var random = TestRandom(7)
        var killed = 0
        let name = ["-X", "group.instance.id=one"] + scene.targetFlags
        for round in 1...6 {
            let child = try scene.child(name)
            let mark = Self.total * round / 8 + random.below(Self.total / 10)
            try wait(for: "\(mark) records") {
                try !child.isRunning || scene.visible() >= mark
            }
            if child.isRunning { killed += 1 }
            child.kill9()
        }
        let last = try scene.child(name)
        #expect(try last.wait() == 0, "\(last.said)")
        #expect(killed >= 3, "it was too fast to be killed in the middle")
        try scene.expectOutput(of: .standard)
        // Partitions of one batch may end differently: the positions say how far each came.
        let sources = (0..<3).map { TopicPartition(scene.input, $0) }
        let cluster = TargetCluster(client: scene.target.configuration, group: scene.group)
        try scene.verify(
            committed: try GroupPositions.read(cluster, group: scene.group, of: sources))
        try scene.expectMergedAcross(["r"])
    }

    @Test(arguments: ["range", "cooperative-sticky"])
    func `one of two is killed, and the other fences and goes on`(strategy: String) throws {
        let scene = try scene(partitions: 4)
        defer { scene.removePositions() }
        let flags =
            ["-X", "partition.assignment.strategy=\(strategy)"] + scene.targetFlags
        func child(_ number: Int) throws -> Child {
            try scene.child(
                flags, instance: number, recording: scene.path("\(number).mcap"),
                schedule: scene.path("\(number).jsonl"))
        }
        let first = try child(1)
        let second = try child(2)
        try wait(for: "a third") {
            try !second.isRunning || scene.visible() > Self.total / 3
        }
        second.kill9()
        let again = try child(2)
        #expect(try first.wait() == 0, "\(first.said)")
        #expect(try again.wait() == 0, "\(again.said)")
        try scene.expectOutput(of: .standard)
        try scene.expectMergedAcross(["1", "2"])
    }

    @Test func `one that was stopped for long is fenced by whoever took over`() throws {
        let scene = try scene(partitions: 4)
        defer { scene.removePositions() }
        func child(_ number: Int) throws -> Child {
            try scene.child(
                scene.targetFlags, instance: number, recording: scene.path("\(number).mcap"),
                schedule: scene.path("\(number).jsonl"))
        }
        let first = try child(1)
        try wait(for: "some") { try !first.isRunning || scene.visible() > Self.total / 6 }
        first.signal(SIGSTOP)
        let second = try child(2)
        try wait(for: "half") { try !second.isRunning || scene.visible() > Self.total / 2 }
        first.signal(SIGCONT)
        let code = try first.wait()
        #expect(code == 0 || code == 75, "\(first.said)")
        #expect(try second.wait() == 0, "\(second.said)")
        try scene.expectOutput(of: .standard)
        try scene.expectMergedAcross(["1", "2"])
    }

    @Test
    func `a new topic that has more partitions than there are positions is told of and not read`()
        throws
    {
        let scene = try Scene(
            Cluster(.real), to: Cluster(target: ClusterKind.realBrokers ?? ""), partitions: 1)
        defer { scene.removePositions() }
        let name = "p-\(UUID().uuidString.lowercased())"
        for (topic, partitions) in [("a", 1), ("b", 2)] {
            _ = try scene.target.makeTopic(named: "\(name).\(topic).shadow", partitions: partitions)
        }
        _ = try scene.cluster.makeTopic(named: "\(name).a", partitions: 1)
        try scene.cluster.produce(SampleRecords.numbered(0..<60, partitions: 1), to: "\(name).a")
        var configuration = scene.configuration()
        configuration.routes = [Route(input: "^\(name)\\.([ab])$", output: "\(name).$1.shadow")]
        configuration.target = TargetCluster(client: scene.target.configuration, group: scene.group)
        configuration.untilEnd = false
        configuration.topicInterval = .milliseconds(200)
        let reason =
            "the new topic \(name).b matches a pattern and is not read: the topic of positions "
            + "\(scene.group).shadow.positions has 1 partitions, and it needs 2"
        var isMade = false
        let statistics = try scene.run(configuration) { progress in
            guard progress?.statistics.transactions ?? 0 > 0 else { return false }
            if !isMade {
                isMade = (try? scene.cluster.makeTopic(named: "\(name).b", partitions: 2)) != nil
            }
            return scene.notices.contains { $0.contains("\(name).b") }
        }
        #expect(scene.notices.filter { $0.contains("\(name).b") } == [reason])
        #expect(statistics.recordingFailure == nil)
    }

    @Test func `what will not do of the positions' topic`() throws {
        let scene = try Scene(
            Cluster(.real), to: Cluster(target: ClusterKind.realBrokers ?? ""), partitions: 3)
        let narrow = try scene.target.makeTopic(
            ".shadow", partitions: 2, settings: ["cleanup.policy": "compact"])
        let forgetful = try scene.target.makeTopic(".shadow", partitions: 3)
        for (topic, sentence) in [
            (narrow, "has 2 partitions and the input 3"),
            (forgetful, "has cleanup.policy=delete, which would forget them"),
            (scene.output, "cannot be the topic of positions: it is read or written as traffic"),
            ("no topic", "is no name of a topic"),
        ] {
            var configuration = scene.configuration()
            configuration.target = TargetCluster(
                client: scene.target.configuration, group: scene.group, positionsTopic: topic)
            do {
                try scene.run(configuration)
                Issue.record("\(topic) was taken")
            } catch {
                #expect("\(error)".contains(sentence), "\(error)")
            }
        }
    }
}

extension Scene {
    var targetFlags: [String] { ["--to-brokers", target.bootstrapServers] }

    /// The topic that the proxy made goes with the test.
    func removePositions() {
        _ = try? Admin(target.configuration).deleteTopics(
            ["\(group).shadow.positions"], timeout: .seconds(20))
    }

    /// The program merges the files by the positions' topic, and finds the output to be what they say.
    func expectMergedAcross(
        _ names: [String], _ location: SourceLocation = #_sourceLocation
    ) throws {
        let ask = targetFlags + ["--group", group]
        let merge = try Child(
            ["merge", "-o", path("all.mcap")] + names.map { path("\($0).mcap") } + ask,
            log: path("merge.log"))
        #expect(try merge.wait() == 0, "\(merge.said)", sourceLocation: location)
        // Without the input's cluster.
        let asked = try Child(["positions", "--in", input] + ask, log: path("positions.jsonl"))
        #expect(try asked.wait() == 0, "\(asked.said)", sourceLocation: location)
        #expect(asked.said.contains("\"topic\":\"\(input)\""), "\(asked.said)")
        let verify = try Child(
            [
                "verify", "--recording", path("all.mcap"), "--schedule", path("all.jsonl"), "--in",
                input, "--out", output,
            ] + targetFlags, log: path("verify.log"))
        #expect(try verify.wait() == 0, "\(verify.said)", sourceLocation: location)
    }
}
