import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// What is refused, in the words that a person reads. Nothing is written by any of these.
@Suite struct RefusalTests {
    /// The sentence with which a run ends, with the scene's own names in angle brackets.
    private func refusal(
        _ scene: Scene, _ change: (inout ProxyConfiguration) -> Void
    ) -> String {
        var configuration = scene.recorded()
        change(&configuration)
        do {
            try scene.run(configuration)
            return "no refusal"
        } catch {
            return "\(error)".replacing(scene.output, with: "<out>")
                .replacing(scene.input, with: "<in>").replacing(scene.group, with: "<group>")
                .replacing(scene.folder.path(), with: "<folder>")
        }
    }

    @Test(.enabled(if: ClusterKind.hasReal, "the embedded broker takes every session timeout"))
    func `a session that the broker finds too short`() throws {
        let scene = try Scene(Cluster(.real))
        let sentence = refusal(scene) {
            $0.client.set("session.timeout.ms", to: "1000")
            $0.client.set("heartbeat.interval.ms", to: "300")
        }
        #expect(
            sentence
                == "consume failed: JoinGroup failed: Broker: Invalid session timeout; "
                + "session.timeout.ms must lie within the broker's group.min.session.timeout.ms and "
                + "group.max.session.timeout.ms (6 s and 30 min where nobody set them) "
                + "(INVALID_SESSION_TIMEOUT)")
    }

    @Test(arguments: ClusterKind.available)
    func `files of another group, cluster or id are not gone on with`(_ kind: ClusterKind) throws {
        let cluster = try Cluster(kind)
        let scene = try Scene(cluster)
        try cluster.produce(SampleRecords.numbered(0..<60, partitions: 3), to: scene.input)
        try scene.run(scene.recorded())
        let before = try Data(contentsOf: URL(fileURLWithPath: scene.recording))
        let id = try RecordingReader(path: scene.recording).identity?.id ?? ""
        #expect(
            refusal(scene) { $0.recordingID = "another" }
                == "<folder>/r.mcap is the recording \(id), and --recording-id says another; give new files, "
                + "or that id")
        // Another group that reads another topic.
        let other = try Scene(cluster)
        try cluster.produce(SampleRecords.numbered(0..<60, partitions: 3), to: other.input)
        let sentence = refusal(other) {
            $0.paths = JournalPaths(recording: scene.recording, schedule: scene.schedule)
        }
        #expect(
            sentence
                == "\(scene.schedule) holds \(scene.input)/0, in which the group <group> has no position: the "
                + "files are another group's, or the position has expired; give new files")
        // The same command line against another cluster.
        let elsewhere = try Cluster(.embedded)
        let found = try RecordingReader(path: scene.recording).identity?.cluster ?? ""
        _ = try elsewhere.makeTopic(named: scene.input, partitions: 3)
        _ = try elsewhere.makeTopic(named: scene.output, partitions: 3)
        let away = refusal(scene) {
            $0.client = elsewhere.configuration
            $0.delivery = .atLeastOnce
        }
        #expect(
            away.hasPrefix(
                "<folder>/r.mcap was recorded from the cluster \(found), and this is mockCluster")
                || kind == .real && away.contains("give new files"), "\(away)")
        let preview = Proxy.preview(
            {
                var configuration = scene.recorded()
                configuration.recordingID = "another"
                return configuration
            }())
        #expect(preview.refusals.contains { $0.message.contains("--recording-id says another") })
        #expect(try Data(contentsOf: URL(fileURLWithPath: scene.recording)) == before)
        // The group itself may read one more topic.
        var more = scene.recorded()
        more.recordingID = id
        more.routes = [Route(input: other.input, output: other.output)]
        #expect(try scene.run(more).passed == 60)
    }

    @Test func `why no broker answers is said, whoever asks`() throws {
        let scene = try Scene(Cluster(.embedded))
        let sentence = refusal(scene) { $0.client.set("security.protocol", to: "ssl") }
        #expect(sentence.hasPrefix("no broker answers at "))
        // "SSL handshake failed" or "Disconnected", as the broker is quick or slow to hang up.
        #expect(sentence.contains(": ssl://"), "\(sentence)")
        var client = scene.cluster.configuration
        client.set("security.protocol", to: "ssl")
        let error = #expect(throws: ProxyError.self) {
            try DeliveredRecords(topics: [scene.output], client: client, onEvent: { _ in })
        }
        #expect(error?.message.contains(": ssl://") == true, "\(String(describing: error))")
    }

    @Test func `what can be seen without a broker`() throws {
        let scene = try Scene(Cluster(.embedded))
        func refused(
            _ sentence: String, _ location: SourceLocation = #_sourceLocation,
            _ change: (inout ProxyConfiguration) -> Void
        ) {
            #expect(refusal(scene, change) == sentence, sourceLocation: location)
        }
        refused("no topic to read; give one with --in") { $0.routes = [] }
        refused(
            "qa has no segment \"shadow\" in its name; write to qa.shadow, or allow this one with "
                + "--allow-topic qa"
        ) { $0.routes[0].output = "qa" }
        refused("<in> is an input; a topic that is read is never written") {
            $0.routes[0].output = scene.input
        }
        refused(
            "<in> is read twice; give each --in once\n<out> is the output of two inputs; give "
                + "each its own"
        ) { $0.routes.append($0.routes[0]) }
        refused("2 inputs and 1 outputs: give each --in its --out") {
            $0.routes.append(Route(input: "other", output: nil))
        }
        refused(
            "isolation.level=read_uncommitted will not do: what was aborted would be read, and "
                + "positions that are about to move"
        ) { $0.client.set("isolation.level", to: "read_uncommitted") }
        refused(
            "auto.offset.reset=latest will not do: records that are gone would be passed over in "
                + "silence"
        ) { $0.client.set("auto.offset.reset", to: "latest") }
        refused("group.id=mine will not do: give --group") { $0.client.set("group.id", to: "mine") }
        refused(
            "a recording needs its schedule beside it, which says what of it counts; give --schedule"
        ) { $0.paths.schedule = nil }
        refused(
            "a.jsonl.zst: a schedule is plain text while it is written; name it without .zst"
        ) { $0.paths.schedule = "a.jsonl.zst" }
        refused("1000 bytes of memory are too few; 1MiB is the least") { $0.memoryBytes = 1000 }
        refused("an --in is empty; name a topic") { $0.routes[0].input = "" }
        #expect(!FileManager.default.fileExists(atPath: scene.schedule))
    }

    @Test func `what the broker does not have`() throws {
        let scene = try Scene(Cluster(.embedded), outputPartitions: 2)
        #expect(
            refusal(scene) { _ in }
                == "the output topic <out> has 2 partitions and the input <in> 3; partitions are "
                + "kept, so it needs as many")
        #expect(
            refusal(scene) { $0.routes[0].input = "missing" }
                == "the input topic missing is not there; make it first")
        #expect(
            refusal(scene) { $0.routes[0].output = "missing.shadow" }
                == "the output topic missing.shadow is not there; make it first, with as many "
                + "partitions as the input")
        #expect(
            refusal(scene) {
                $0.routes[0].output = nil
                $0.routes[0].input = "missing"
            } == "the input topic missing is not there; make it first")
        #expect(!FileManager.default.fileExists(atPath: scene.schedule))
    }

    @Test func `exactly-once on the embedded broker`() throws {
        let scene = try Scene(Cluster(.embedded))
        #expect(
            refusal(scene) { $0.delivery = .exactlyOnce }
                == "the embedded broker has no real transactions, which exactly-once needs; give "
                + "--delivery at-least-once")
    }

    @Test func `no broker at all`() throws {
        let scene = try Scene(Cluster(.embedded))
        let began = ContinuousClock.now
        #expect(
            refusal(scene) { $0.client.set("bootstrap.servers", to: "127.0.0.1:1") }
                == "no broker answers at 127.0.0.1:1: 127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: "
                + "Connection refused")
        #expect(ContinuousClock.now - began < .seconds(60))
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `topics that replace timestamps`() throws {
        let scene = try Scene(
            Cluster(.real), outputSettings: ["message.timestamp.type": "LogAppendTime"])
        #expect(
            refusal(scene) { _ in }
                == "the output topic <out> has message.timestamp.type=LogAppendTime, which replaces "
                + "every timestamp; set CreateTime, or give --allow-log-append-time")
    }

    @Test(arguments: ClusterKind.available)
    func `files and positions that do not fit`(kind: ClusterKind) throws {
        let scene = try Scene(Cluster(kind), partitions: 1)
        try scene.cluster.produce(SampleRecords.numbered(0..<100, partitions: 1), to: scene.input)
        try scene.run(scene.recorded())

        var other = Plan.standard
        other.seed = "other"
        #expect(
            refusal(scene) { $0.plan = other }
                == "<folder>/r.jsonl was written under another plan (seed \"shadow-seed\"); give new "
                + "files, or the plan it began with")

        let another = "g-" + UUID().uuidString.lowercased()
        #expect(
            refusal(scene) { $0.group = another }.replacing(another, with: "<group>")
                == "the group <group> has no position in <in>/0, although this instance has "
                + "committed one: it was deleted, with the topic perhaps, or has expired; take another "
                + "group and new files")

        // The embedded broker lets nobody outside of the group move positions.
        guard kind == .real else { return }
        let source = TopicPartition(scene.input, 0)
        let consumer = try Consumer(scene.cluster.configuration, group: scene.group)
        try consumer.assign([source: .earliest])
        try consumer.commit([CommittedPosition(source, offset: 3)], timeout: .seconds(20))
        #expect(
            refusal(scene) { _ in }
                == "the position 3 of group <group> in <in>/0 was not committed by this program: "
                + "the group is another program's, or its position was moved by hand; take another "
                + "group and new files, or put the position back")
        let metadata = CommitMetadata(recording: "x", epoch: 9, plan: "p")
        try consumer.commit(
            [CommittedPosition(source, offset: 500, metadata: metadata.text)],
            timeout: .seconds(20))
        #expect(
            refusal(scene) { _ in }
                == "<in>/0 ends at 100 and 500 is to be read next: the topic was made anew; begin "
                + "anew with another group and new files")
    }

    @Test func `files that another process writes`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 1)
        try scene.cluster.produce(SampleRecords.numbered(0..<100, partitions: 1), to: scene.input)
        let child = try scene.child(untilEnd: false)
        try wait(for: "the first deliveries") { try !child.isRunning || scene.visible() > 10 }
        #expect(
            refusal(scene) { _ in }
                == "<folder>/r.mcap: another process is writing it; give each instance files of its "
                + "own")
        // The other one is none the worse for it.
        #expect(child.isRunning)
        child.signal(SIGTERM)
        #expect(try child.wait() == 0, "\(child.said)")
    }
}
