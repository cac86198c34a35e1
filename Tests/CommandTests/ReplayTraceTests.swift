import Foundation
import Perturbation
import Testing

/// A run that is looked at again, by the program's own words.
@Suite struct ReplayTraceTests {
    private static let sale = Kerfuffle.repository
        .appendingPathComponent("topologies/flash-sale.yaml").path
    private static let few = ["--strategy", "naive", "--messages", "60"]

    private func lines(_ arguments: [String]) throws -> [Substring] {
        try Kerfuffle.run(["replay-trace", Self.sale] + arguments).text.split(separator: "\n")
    }

    @Test func `filters leave what was asked for, and JSON says the same`() throws {
        let all = try lines(Self.few)
        #expect(all.count > 500)
        let entity = try lines(Self.few + ["--entity", "inventory/0", "--to", "40ms"])
        #expect(entity.count > 20 && entity.count < all.count)
        #expect(entity.allSatisfy { all.contains($0) && $0.contains(" key 0") })
        #expect(entity.allSatisfy { $0.hasPrefix("0.0") })
        let worker = entity.first { $0.contains("reserve#") }?
            .split(separator: " ").first { $0.hasPrefix("reserve#") }
        let name = String(try #require(worker))
        let own = try lines(Self.few + ["--worker", name])
        #expect(own.count > 5 && own.allSatisfy { $0.contains("  \(name)  ") })
        let json = try lines(Self.few + ["--worker", name, "--format", "json"])
        #expect(json.count == own.count)
        let first = try JSONValue(parsing: String(json[0]))
        #expect(first["worker"] == .string(name) && first["what"] == .string("begin"))
    }

    @Test(arguments: [
        (
            ["--entity", "nosuch/0"],
            "there is nothing of the name nosuch; there are inventory/KEY,"
        ),
        (["--entity", "nosuch"], "there is nothing of that name; there are inventory/KEY,"),
        (["--entity", "inventory"], "which one? Write inventory/0"),
        (["--entity", "inventory/x"], "what follows / is no key; write inventory/0"),
        (["--entity", "inventory/-1"], "what follows / is no key; write inventory/0"),
        (["--entity", "inventory/50"], "nothing in this run is about that key; keys are 0 to"),
        (["--worker", "nosuch"], "there is no such handler; there are reserve"),
        (["--worker", "reserve#x"], "what follows # is no number; write reserve#0"),
        (["--worker", "reserve#99"], "it does nothing in this run; reserve#"),
        (
            ["--message", "99999999"],
            "no message of this run has that number; those of sources are 0 to 59"
        ),
    ])
    func `what is not there is named, with what is`(arguments: [String], words: String) throws {
        let result = try Kerfuffle.run(["replay-trace", Self.sale] + Self.few + arguments)
        #expect(result.code == 64)
        #expect(result.text.isEmpty)
        #expect(
            result.errors.contains("\(arguments[0]) \(arguments[1]): \(words)"), "\(result.errors)")
    }

    @Test func `a list of choices is the run again, and what does not fit is named`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run.choices")
        let topology = Kerfuffle.repository.appendingPathComponent("topologies/everything.yaml")
            .path
        let arguments = [topology, "--messages", "60"]
        let run = try Kerfuffle.run(
            ["simulate"] + arguments + ["--seed", "q", "--choices-out", path, "--trace"])
        let replay = try Kerfuffle.run(["replay-trace"] + arguments + ["--choices", path])
        #expect(!replay.errors.contains("fingerprint") && !replay.errors.contains("fit"))
        #expect(run.text.hasPrefix(replay.text) && !replay.text.isEmpty)

        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        let odd = #"{"kind":"fault","site":"reserve/fail","actor":3,"index":999,"of":2,"value":1}"#
        try handle.write(contentsOf: Data("\(odd)\n".utf8))
        try handle.close()
        let strict = try Kerfuffle.run(["replay-trace"] + arguments + ["--choices", path])
        #expect(strict.code == 1)
        #expect(
            strict.errors.contains(
                "nothing asked for it: fault 1 of 2 at reserve/fail, actor 3, its choice 999"))
        let lenient = try Kerfuffle.run(
            ["replay-trace"] + arguments + ["--choices", path, "--lenient"])
        #expect(lenient.errors.contains("warning: nothing asked for it"))
        #expect(lenient.text == strict.text)
    }

    @Test func `a break is drawn, and only where there is one`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("break.svg")
        let broken = try Kerfuffle.run(
            ["simulate", Self.sale] + Self.few
                + ["--timeline", path, "--invariant", "noLostUpdate", "--anomalies"])
        #expect(broken.code == 1)
        #expect(broken.text.contains("<== breaks it"))
        #expect(broken.text.contains("lost update, the first one:"))
        let picture = try String(contentsOfFile: path, encoding: .utf8)
        #expect(picture.hasPrefix("<svg ") && picture.contains("noLostUpdate: inventory/"))
        let whole = try Kerfuffle.run(
            ["simulate", Self.sale, "--strategy", "actor", "--messages", "60", "--timeline", path])
        #expect(whole.code == 0)
        #expect(whole.errors.contains("is not written: there is no break to draw"))
    }

    @Test(arguments: [
        (["--choices", "x", "--seed", "1"], "leave --strategy and --seed away"),
        (["--lenient"], "--lenient goes with --choices"),
        (["--from", "2s", "--to", "1s"], "--from is behind --to"),
        (["--choices", "/nowhere/run.choices"], "/nowhere/run.choices"),
    ])
    func `what makes no sense is refused`(arguments: [String], words: String) throws {
        let result = try Kerfuffle.run(["replay-trace", Self.sale] + arguments)
        #expect(result.code != 0 && result.errors.contains(words))
    }
}
