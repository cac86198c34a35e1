import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// `--on-recording-failure continue`: the work goes on where files cannot be written any more, and the
/// positions, the files and the program say what is in none of them.
@Suite struct UnrecordedTests {
    private static let half = 3000
    /// No file may become larger than this.
    private static let tight = ["/usr/bin/prlimit", "--fsize=49152"]
    private static let flags = [
        "--on-recording-failure", "continue", "--commit-interval", "5ms", "--commit-bytes", "20KiB",
        "--max-wait", "none",
    ]

    /// A proxy that works without files for a while, and is told to stop.
    private func runWithoutFiles(
        _ scene: Scene, _ flags: [String], upTo visible: Int,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let child = try scene.child(flags, untilEnd: false, wrapping: Self.tight)
        try wait(for: "work without files") {
            try !child.isRunning
                || child.said.contains("File too large; going on without files")
                    && scene.visible() > visible
        }
        child.signal(SIGTERM)
        #expect(try child.wait() == 74, "\(child.said)", sourceLocation: location)
        #expect(
            child.said.contains("records that passed since are in no file"), "\(child.said)",
            sourceLocation: location)
    }

    private func produce(_ range: Range<Int>, _ scene: Scene) throws {
        try scene.cluster.produce(
            SampleRecords.numbered(range, partitions: scene.partitions), to: scene.input)
    }

    /// What was sent is what one undisturbed run sends, and the files account for all of it that they do
    /// not say they lack.
    ///
    /// - Returns: how many deliveries no file has.
    private func expectNamed(
        _ scene: Scene, committed: [TopicPartition: Chain.Committed]?,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Int {
        let result = try scene.verification(committed: committed)
        #expect(result.differences == [], sourceLocation: location)
        let without = result.unrecorded.reduce(0) { $0 + $1.deliveries }
        let all = try scene.sent().values.reduce(0) { $0 + $1.count }
        #expect(result.verified + without == all, sourceLocation: location)
        return without
    }

    private func verify(_ scene: Scene, _ recording: String, _ more: [String]) throws -> Child {
        let schedule = recording.replacing(".mcap", with: ".jsonl")
        return try Child(
            [
                "verify", "--recording", recording, "--schedule", schedule, "--in", scene.input,
                "--out", scene.output,
            ] + scene.cluster.flags + more, log: scene.path("verify-\(UUID().uuidString).log"))
    }

    @Test(.enabled(if: ClusterKind.hasReal), arguments: [false, true])
    func `the topic stays exact, and every hole has its name`(isTwo: Bool) throws {
        let target = isTwo ? Cluster(target: ClusterKind.realBrokers ?? "") : nil
        let scene = try Scene(Cluster(.real), to: target)
        defer { if isTwo { scene.removePositions() } }
        let flags = Self.flags + (isTwo ? scene.targetFlags : [])
        func positions() throws -> [TopicPartition: Chain.Committed] {
            guard isTwo else { return try scene.committed() }
            let cluster = TargetCluster(client: scene.target.configuration, group: scene.group)
            return try GroupPositions.read(
                cluster, group: scene.group,
                of: (0..<Int32(scene.partitions)).map { TopicPartition(scene.input, $0) })
        }
        try produce(0..<Self.half, scene)
        try runWithoutFiles(scene, flags, upTo: Self.half * 3 / 4)
        let holes = try expectNamed(scene, committed: positions())
        #expect(holes > 0)
        #expect(try expectNamed(scene, committed: nil) == holes)

        // Killed while it works without files, as often as it likes.
        try produce(Self.half..<2 * Self.half, scene)
        let second = try scene.child(flags, untilEnd: false, wrapping: Self.tight)
        try wait(for: "more") {
            try !second.isRunning || scene.visible() > Self.half * 5 / 4
        }
        second.kill9()
        // The files have room again: what comes now is recorded, behind the hole.
        try produce(2 * Self.half..<3 * Self.half, scene)
        let last = try scene.child(flags)
        #expect(try last.wait() == 0, "\(last.said)")
        try scene.expectOutput(of: .standard)
        #expect(try expectNamed(scene, committed: positions()) >= holes)
        let alone = try scene.verification(committed: nil)
        #expect(alone.differences == [])
        #expect(alone.unrecorded.allSatisfy { $0.end != nil && $0.deliveries > 0 })
        if isTwo { return }

        let said = try verify(scene, scene.recording, ["--group", scene.group])
        #expect(try said.wait() == 1, "\(said.said)")
        #expect(said.said.contains("are in no file, as the recording had failed"), "\(said.said)")
        let merge = try Child(
            ["merge", "-o", scene.path("all.mcap"), scene.recording], log: scene.path("merge.log"))
        #expect(try merge.wait() == 0, "\(merge.said)")
        #expect(merge.said.contains("are in no file"), "\(merge.said)")
        let merged = try verify(scene, scene.path("all.mcap"), [])
        #expect(try merged.wait() == 1, "\(merged.said)")
        #expect(!merged.said.contains("missing"), "\(merged.said)")
        let replay = try Child(
            [
                "replay", scene.recording, "--schedule", scene.schedule, "--to-recording",
                scene.path("again.mcap"),
            ], log: scene.path("replay.log"))
        #expect(try replay.wait() == 0, "\(replay.said)")
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `windows in parts, on both sides of the hole`() throws {
        let scene = try Scene(Cluster(.real))
        let plan = scene.path("plan.yaml")
        try """
        seed: tests
        window: {records: 20..30, maxWait: none}
        rules:
          - order: shuffle
          - duplicate: 5%
          - delay: {probability: 100%, time: "uniform(0ms..300ms)"}
        """.write(toFile: plan, atomically: true, encoding: .utf8)
        try produce(0..<1200, scene)
        let flags = Self.flags + ["--plan", plan]
        for round in 1...3 {
            let child = try scene.child(
                flags, untilEnd: false, wrapping: ["/usr/bin/prlimit", "--fsize=24576"])
            try wait(for: "round \(round)") {
                try !child.isRunning || scene.visible() > 300 * round
            }
            child.kill9()
        }
        let last = try scene.child(flags)
        #expect(try last.wait() == 0, "\(last.said)")
        let resolved = try ScheduleReader(path: scene.schedule).header.plan
        try scene.expectOutput(of: resolved)
        let result = try scene.verification(committed: scene.committed())
        #expect(result.differences == [])
        let without = result.unrecorded.reduce(0) { $0 + $1.deliveries }
        #expect(without > 0)
        let all = try scene.sent().values.reduce(0) { $0 + $1.count }
        #expect(result.verified + without == all)
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `another instance takes over from one without files, and names the hole`() throws {
        let scene = try Scene(Cluster(.real))
        try produce(0..<Self.half, scene)
        try runWithoutFiles(scene, Self.flags, upTo: Self.half * 3 / 4)
        try produce(Self.half..<2 * Self.half, scene)
        let second = try scene.child(
            Self.flags, instance: 2, recording: scene.path("2.mcap"),
            schedule: scene.path("2.jsonl"))
        #expect(try second.wait() == 0, "\(second.said)")
        try scene.expectOutput(of: .standard)
        let pairs = [
            (scene.recording, scene.schedule), (scene.path("2.mcap"), scene.path("2.jsonl")),
        ]
        let result = try scene.verification(pairs, committed: scene.committed())
        #expect(result.differences == [])
        #expect(result.unrecorded.contains { $0.deliveries > 0 && $0.end != nil })
    }

    @Test func `at least once nothing is lost`() throws {
        let scene = try Scene(Cluster(.embedded))
        try produce(0..<Self.half, scene)
        let first = try scene.child(Self.flags, wrapping: Self.tight)
        #expect(try first.wait() == 74, "\(first.said)")
        let wanted = try scene.expectation(.standard).mapValues(\.sent)
        try scene.expectEqual(try scene.sent(), wanted)
        let result = try scene.verification(committed: scene.committed())
        #expect(result.differences == [])
        #expect(result.unrecorded.contains { $0.deliveries > 0 })
    }

    @Test func `a position says what no file has, and is read by those before`() throws {
        var metadata = CommitMetadata(recording: "r", epoch: 4, plan: "p")
        let plain = metadata.text
        metadata.unrecorded = .init(
            .init(start: 1150, emitted: 4), parent: .init(recording: "a@b", epoch: 2))
        #expect(metadata.text == plain + " unrecorded=1150/4 of=a@b@2")
        #expect(CommitMetadata(metadata.text) == metadata)
        metadata.unrecorded = .init(.init(start: 0), parent: nil)
        metadata.part = .init(through: 9, emitted: 2)
        #expect(metadata.text == plain + " unrecorded=0 through=9 emitted=2")
        #expect(CommitMetadata(metadata.text) == metadata)
        for text in ["unrecorded=x", "unrecorded=5/0", "unrecorded=5 of=r", "unrecorded=5 of=@2"] {
            #expect(CommitMetadata("\(plain) \(text)") == nil, "\(text)")
        }
        let rules = Positions(group: "g", planDigest: "p")
        let source = TopicPartition("orders", 0)
        metadata.unrecorded = .init(
            .init(start: 30, emitted: 4), parent: .init(recording: "own", epoch: 2))
        metadata.part = .init(through: 59, emitted: 2)
        let committed = CommittedPosition(source, offset: 50, metadata: metadata.text)
        let start = try rules.start(
            of: source, committed: committed, files: .init(recording: "other", hasSettled: true),
            range: 0..<100, first: { 0 })
        #expect(start.segment.parent == .init(recording: "own", epoch: 2))
        #expect(start.segment.unrecorded == .init(start: 30, emitted: 4))
        #expect(start.segment.epoch == 5)
        // What the group has gone on from tells what became of the last checkpoint in the files.
        for (next, part, verdict) in [
            (30, 4, Journal.Verdict.committed), (30, 5, .aborted), (31, 0, .aborted),
        ] {
            let word = Checkpoint.Position(
                next: Offset(next), epoch: 2, records: 1, digest: "",
                part: part == 0 ? nil : .init(through: 40, emitted: Int64(part)))
            let found = try rules.verdict(
                on: Checkpoint(number: 1, positions: [source: word]), recording: "own",
                committed: [source: committed])
            #expect(found == verdict, "\(next) \(part)")
        }
    }
}
