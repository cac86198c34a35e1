import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// Recordings that are kept for a while: the oldest go, never the one that is open, whatever instant a
/// proxy is killed at, and what remains is known and as it should be.
@Suite struct RetentionTests {
    private static let flags = [
        "--commit-interval", "5ms", "--commit-bytes", "20KiB", "--max-wait", "none",
        "--compression", "none", "--retain-size", "150KiB", "--rotate", "40KiB",
    ]

    private func produce(_ range: Range<Int>, _ scene: Scene) throws {
        try scene.cluster.produce(
            SampleRecords.numbered(range, partitions: scene.partitions), to: scene.input)
    }

    private func child(
        _ scene: Scene, _ more: [String] = [], untilEnd: Bool = true, failpoint: String? = nil
    ) throws -> Child {
        try Child(
            ["proxy"] + scene.cluster.flags
                + [
                    "--in", scene.input, "--out", scene.output, "--group", scene.group,
                    "--instance", "one", "--record", scene.path("kept"), "--delivery",
                    scene.cluster.kind == .real ? "exactly-once" : "at-least-once",
                ] + (untilEnd ? ["--until-end"] : []) + Self.flags + more,
            log: scene.path("child.log"),
            environment: failpoint.map { ["KERFUFFLE_FAILPOINT": $0] } ?? [:])
    }

    private func program(_ scene: Scene, _ words: [String], code: Int32 = 0) throws -> String {
        let child = try Child(words, log: scene.path("\(words[0])-\(UUID().uuidString).log"))
        #expect(try child.wait() == code, "\(child.said)")
        return child.all
    }

    /// Recordings that are there, and the bytes of them and their schedules; what is left of others is small.
    private func kept(_ scene: Scene) throws -> (recordings: [String], bytes: Int) {
        let folder = scene.path("kept")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let there = Set(names.filter { $0.hasSuffix(".mcap") }.map { $0.dropLast(5) })
        let bytes = names.reduce(0) {
            guard there.contains($1.prefix(6)) else { return $0 }
            let path = "\(folder)/\($1)"
            // It may be gone meanwhile.
            let size = try? FileManager.default.attributesOfItem(atPath: path)[.size]
            return $0 + ((size as? NSNumber)?.intValue ?? 0)
        }
        return (names.filter { $0.hasSuffix(".mcap") }, bytes)
    }

    @Test(.enabled(if: ClusterKind.hasReal), arguments: [false, true])
    func `killed between all steps of closing and removing, it is exact and says what is gone`(
        isTwo: Bool
    ) throws {
        let target = isTwo ? Cluster(target: ClusterKind.realBrokers ?? "") : nil
        let scene = try Scene(Cluster(.real), to: target)
        defer { if isTwo { scene.removePositions() } }
        let more = ["-X", "group.instance.id=one"] + (isTwo ? scene.targetFlags : [])
        var produced = 0
        func feed() throws {
            try produce(produced..<produced + 3000, scene)
            produced += 3000
        }
        let points = [
            "rotating:2", "created:2", "removing:1", "segment-written:5", "removing:2",
            "written-ahead:9", "rotating:1",
        ]
        for point in isTwo ? Array(points.prefix(4)) : points {
            try feed()
            let killed = try child(scene, more, untilEnd: false, failpoint: point)
            #expect(try killed.wait() == 128 + SIGKILL, "\(point): \(killed.said)")
        }
        try feed()
        let last = try child(scene, more)
        #expect(try last.wait() == 0, "\(last.said)")
        #expect(last.all.contains("was removed by retention"))
        try scene.expectOutput(of: .standard)
        let (recordings, bytes) = try kept(scene)
        #expect(!recordings.isEmpty && recordings.first != "000000.mcap")
        // On two clusters so much is in one commit that one pair may be more than all of them should be.
        if !isTwo { #expect(recordings.count > 1 && bytes < 260 * 1024, "\(bytes) bytes are kept") }

        let pairs = try PairFolder(scene.path("kept")).pairs()
        let result = try scene.verification(pairs)
        #expect(result.differences == [])
        #expect(result.unrecorded.count == scene.partitions)
        #expect(result.unrecorded.allSatisfy { $0.isRemoved && $0.deliveries > 0 })
        let all = try scene.sent().values.reduce(0) { $0 + $1.count }
        let gone = result.unrecorded.reduce(0) { $0 + $1.deliveries }
        #expect(result.verified + gone == all && result.verified > 0)

        let places =
            ["--in", scene.input, "--out", scene.output, "-b", scene.target.bootstrapServers]
        let said = try program(
            scene, ["verify", "--recording", scene.path("kept")] + places)
        #expect(said.contains("were removed by retention"), "\(said)")
        let merged = try program(
            scene, ["merge", scene.path("kept"), "-o", scene.path("all.mcap")])
        #expect(merged.contains("the recording of what came before was removed"), "\(merged)")
        let again = try program(
            scene, ["verify", "--recording", scene.path("all.mcap")] + places)
        #expect(again.contains("were removed by retention"), "\(again)")
        for command in ["info", "cat"] {
            #expect(try !program(scene, [command, scene.path("kept")]).isEmpty)
        }
        _ = try program(
            scene,
            [
                "replay", scene.path("kept"), "--schedule", scene.path("kept"), "--to-recording",
                scene.path("again.mcap"),
            ])
    }

    @Test func `at least once nothing is lost, and the bound holds`() throws {
        let scene = try Scene(Cluster(.embedded))
        try produce(0..<9000, scene)
        let run = try child(scene)
        #expect(try run.wait() == 0, "\(run.said)")
        let wanted = try scene.expectation(.standard).mapValues(\.sent)
        try scene.expectEqual(try scene.sent(), wanted)
        let (recordings, bytes) = try kept(scene)
        #expect(recordings.first != "000000.mcap")
        #expect(bytes < 260 * 1024, "\(bytes) bytes are kept")
        let result = try scene.verification(try PairFolder(scene.path("kept")).pairs())
        #expect(result.differences == [])
    }

    @Test func `too old, although nothing comes any more`() throws {
        let scene = try Scene(Cluster(.embedded))
        try produce(0..<600, scene)
        let plan = scene.path("plan.yaml")
        try "retention: { age: 3s }\n".write(toFile: plan, atomically: true, encoding: .utf8)
        let run = try Child(
            ["record"] + scene.cluster.flags
                + [
                    "--in", scene.input, "--group", scene.group, "--plan", plan, "--record",
                    scene.path("kept"),
                ], log: scene.path("child.log"))
        try wait(for: "its end") {
            try !run.isRunning
                || FileManager.default.fileExists(atPath: scene.path("kept"))
                    && !kept(scene).recordings.contains("000000.mcap")
                    && run.said.contains("was removed by retention")
        }
        try produce(600..<700, scene)
        run.signal(SIGTERM)
        #expect(try run.wait() == 0, "\(run.said)")
        #expect(try kept(scene).recordings.count >= 1)
    }

    @Test(arguments: [
        (["--retain-size", "1MiB"], "give --record FOLDER"),
        (["--retain-age", "1h", "--record", "F", "--schedule", "s.jsonl"], "no --schedule"),
        (["--retain-age", "1h", "--record", "OTHER"], "is no folder of pairs"),
    ])
    func `what will not do`(flags: [String], sentence: String) throws {
        let scene = try Scene(Cluster(.embedded))
        try FileManager.default.createDirectory(
            atPath: scene.path("other"), withIntermediateDirectories: false)
        try Data().write(to: URL(filePath: scene.path("other/000000.mcap")))
        let words = flags.map {
            $0 == "F" ? scene.path("new") : $0 == "OTHER" ? scene.path("other") : $0
        }
        let run = try Child(
            ["proxy"] + scene.cluster.flags
                + [
                    "--in", scene.input, "--out", scene.output, "--delivery", "at-least-once",
                    "--until-end",
                ] + words, log: scene.path("child.log"))
        #expect(try run.wait() != 0)
        #expect(run.said.contains(sentence), "\(run.said)")
        #expect(!FileManager.default.fileExists(atPath: scene.path("new")))
    }
}
