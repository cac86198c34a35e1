import Foundation
import Perturbation
import Testing

/// A recording in the hands of packages that were not written here: `mcap` and
/// `mcap-protobuf-support` of PyPI, which know nothing of us but what the file says.
@Suite(
    .enabled(if: Python.isThere, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"))
struct PythonTests {
    private func lines(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test(arguments: [
        "orders.mcap", "orders-zstd.mcap", "orders-lz4.mcap", "edge-cases.mcap",
        "segments/000002.mcap",
    ])
    func `Python decodes by the embedded schema what cat prints`(name: String) throws {
        let path = "\(Kerfuffle.recordings)/\(name)"
        let script = Kerfuffle.repository
            .appendingPathComponent("Tests/CommandTests/Python/decode.py").path
        let python = try Subprocess(try #require(Python.path), ["-B", script, path]).run()
        try #require(python.code == 0, "\(python.errors)")
        let ours = try Kerfuffle.run("cat", path, "--format", "json")
        let (found, expected) = (try lines(ours.text), try lines(python.text))
        #expect(!expected.isEmpty)
        #expect(found.count == expected.count)
        for (one, other) in zip(found, expected) { #expect(one == other) }
    }

    @Test func `the ten lines of docs/recording-format.md run`() throws {
        let text = try String(
            contentsOf: Kerfuffle.repository.appendingPathComponent("docs/recording-format.md"),
            encoding: .utf8)
        let block = try #require(text.components(separatedBy: "```python\n").dropFirst().first)
        let script = try #require(block.components(separatedBy: "```").first)
        #expect(script.split(separator: "\n").count <= 10)
        let result = try Subprocess(
            try #require(Python.path), ["-B", "-c", script], in: Kerfuffle.recordings
        ).run()
        try #require(result.code == 0, "\(result.errors)")
        let printed = result.text.split(separator: "\n")
        #expect(printed.count == 300)
        let first = try #require(printed.first)
        #expect(
            first.wholeMatch(of: #/orders \d 0 b'order-\d+' 1700000000\d{9}/#) != nil, "\(first)")
    }

    @Test func `Python's csv and json modules read what export writes`() throws {
        let path = "\(Kerfuffle.recordings)/edge-cases.mcap"
        let folder = try TemporaryFolder()
        for format in ["csv", "ndjson"] {
            let result = try Kerfuffle.run(
                "export", path, "--as", format, "-o", folder.path("records.\(format)"))
            #expect(result.code == 0)
        }
        let script = Kerfuffle.repository
            .appendingPathComponent("Tests/CommandTests/Python/tables.py").path
        let result = try Subprocess(
            try #require(Python.path),
            ["-B", script, folder.path("records.csv"), folder.path("records.ndjson")]
        ).run()
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.text == "11 records, the same in both\n")
    }
}

enum Python {
    /// What KERFUFFLE_PYTHON names, or the one that scripts/setup makes.
    static let path: String? = {
        let named = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]
        let made = Kerfuffle.repository.appendingPathComponent(".build/python/bin/python3").path
        return [named ?? made].first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let isThere: Bool = {
        guard let path else { return false }
        let result = try? Subprocess(path, ["-c", "import mcap, mcap_protobuf"]).run()
        return result?.code == 0
    }()
}
