import Foundation
import Perturbation
import Recording
import Testing

/// Files of every format version that was released, in `recordings/vN` as a user has them. They never
/// change, and this program and every later one reads them.
@Suite struct FormatVersionTests {
    private static let newest = max(
        Int(RecordingIdentity.formatVersion) ?? 0, Int(ScheduleHeader.formatVersion), Plan.version)
    private static let versions = Array(1...newest)
    /// Recording, schedule, and what they make.
    private static let pairs = [
        ("live.mcap", "live.jsonl", "live.output.ndjson"),
        ("rotated", "rotated.jsonl", "rotated.output.ndjson"),
        ("rotated", "rotated.jsonl.zst", "rotated.output.ndjson"),
    ]

    private func folder(_ version: Int) -> String { "\(Kerfuffle.recordings)/v\(version)" }

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test(arguments: versions)
    func `no file of a released format changes`(version: Int) throws {
        let folder = folder(version)
        let result = try Subprocess(
            "/usr/bin/sha256sum", ["--check", "--strict", "SHA256SUMS"], in: folder
        ).run()
        #expect(result.code == 0, "\(result.text)\(result.errors)")
        let listed = try String(contentsOfFile: "\(folder)/SHA256SUMS", encoding: .utf8)
            .split(separator: "\n").map { String($0.split(separator: " ")[1].dropFirst(2)) }
        let found = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
            $0.contains(".") && $0 != "SHA256SUMS"
        }
        #expect(listed.sorted() == found.sorted())
    }

    @Test(arguments: versions, pairs)
    func `recordings and schedules of it give what they gave`(
        version: Int, files: (recording: String, schedule: String, output: String)
    ) throws {
        let scratch = try TemporaryFolder()
        let recording = "\(folder(version))/\(files.recording)"
        let schedule = "\(folder(version))/\(files.schedule)"
        let output = try bytes("\(folder(version))/\(files.output)")
        let check = try Kerfuffle.run("info", recording, "--check")
        #expect(check.code == 0, "\(check.text)\(check.errors)")
        let decisions = try Kerfuffle.run("schedule", "check", schedule, "--recording", recording)
        #expect(decisions.code == 0, "\(decisions.text)\(decisions.errors)")
        let replay = try Kerfuffle.run("replay", recording, "--schedule", schedule)
        #expect(replay.output == output, "\(replay.errors)")
        // The engine still decides as it did, byte for byte.
        let decided = try Kerfuffle.run(
            "replay", recording, "--schedule", schedule, "--plan",
            "\(folder(version))/plan.yaml", "--schedule-out", scratch.path("again.jsonl"))
        #expect(decided.output == output, "\(decided.errors)")
        // (`untimed` is of topics alone: a file keeps every timestamp.)
        let difference = try Kerfuffle.run(
            "schedule", "diff", schedule, scratch.path("again.jsonl"))
        let lines = difference.text.split(separator: "\n").dropLast()
        #expect(difference.text.contains(" decisions the same, "), "\(difference.errors)")
        #expect(lines.allSatisfy { $0.contains(#""op":"untimed""#) }, "\(difference.text)")
    }

    @Test(arguments: versions)
    func `export gives its records, and verify holds an output against it`(version: Int) throws {
        let scratch = try TemporaryFolder()
        let live = "\(folder(version))/live.mcap"
        let schedule = "\(folder(version))/live.jsonl"
        let text = try Kerfuffle.run("export", live)
        // What was emitted in part before the kill is in it a second time.
        #expect(text.code == 0 && text.output.count(where: { $0 == 0x0A }) == 183)
        let replay = try Kerfuffle.run(
            "replay", live, "--schedule", schedule, "--to-recording", scratch.path("out.mcap"))
        #expect(replay.code == 0, "\(replay.errors)")
        let verify = try Kerfuffle.run(
            "verify", "--recording", live, "--schedule", schedule, "--output",
            scratch.path("out.mcap"))
        #expect(verify.text == "172 deliveries, each as it should be\n", "\(verify.errors)")
    }

    @Test(arguments: [
        ("plan.yaml", "version: 2\nfuture: {nested: [1, 2]}\nrules: {many: things}\n"),
        ("plan.yaml", "future: 1\nversion: 99\n"),
        ("plan.yaml", "{\"version\": 2, \"seeds\": []}"),
    ])
    func `a plan of a version to come is refused for that alone`(file: String, text: String) throws
    {
        let scratch = try TemporaryFolder()
        try scratch.write(text.utf8, file)
        let result = try Kerfuffle.run(
            "replay", "\(Kerfuffle.recordings)/orders.mcap", "--plan", scratch.path(file))
        #expect(result.code == 65)
        #expect(result.output.isEmpty)
        let problems = result.errors.split(separator: "\n").filter { $0.contains("version") }
        #expect(problems.count == 1, "\(result.errors)")
        #expect(
            result.errors.contains("is a version of plans that this program does not know"),
            "\(result.errors)")
        #expect(!result.errors.contains("future"), "\(result.errors)")
    }

    @Test(arguments: [
        (#""version":1"#, #""version":2,"compression":"words""#, "format version 2"),
        (
            #""plan":{"version":1"#, #""plan":{"version":7,"weather":"fine""#,
            "7 is a version of plans"
        ),
    ])
    func `a schedule of a version to come is refused for that alone`(
        old: String, new: String, sentence: String
    ) throws {
        let scratch = try TemporaryFolder()
        let text = try String(contentsOfFile: "\(folder(1))/live.jsonl", encoding: .utf8)
        try #require(text.contains(old))
        let range = try #require(text.range(of: old))
        try scratch.write(text.replacingCharacters(in: range, with: new).utf8, "new.jsonl")
        let result = try Kerfuffle.run(
            "replay", "\(folder(1))/live.mcap", "--schedule", scratch.path("new.jsonl"))
        #expect(result.code == 65)
        #expect(result.errors.contains(sentence), "\(result.errors)")
        for unknown in ["compression", "weather"] { #expect(!result.errors.contains(unknown)) }
    }
}
