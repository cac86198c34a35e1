import Foundation
import Results
import Testing

@Suite struct TrialResultsTests {
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "results-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func entry(_ number: Int, _ verdict: String) -> TrialResults.Entry {
        TrialResults.Entry(
            number: number, phase: "search", input: "i\(number)", verdict: verdict,
            signature: verdict == "failed" ? "é\u{0}\"" : nil, details: "{}", cpuMs: 1, wallMs: 2)
    }

    @Test func `the first result of a trial counts, also in another process's view`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/hunt.db"
        let one = try TrialResults(path: path, identity: "a")
        #expect(try one.store(entry(2, "failed")))
        #expect(try one.store(entry(1, "clean")))
        let two = try TrialResults(path: path, identity: "a")
        #expect(try !two.store(entry(2, "clean")))
        #expect(try two.entries(of: "search") == [entry(1, "clean"), entry(2, "failed")])
        #expect(try two.entries(of: "confirm") == [])
        try two.set("state", to: "one")
        try two.set("state", to: "two")
        #expect(try one.fact("state") == "two")
    }

    @Test func `a file of another hunt and a file of no results are refused`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try TrialResults(path: folder + "/hunt.db", identity: "a")
        let other = #expect(throws: ResultsError.self) {
            try TrialResults(path: folder + "/hunt.db", identity: "b")
        }
        #expect(other?.kind == .mismatch)
        #expect(other?.message.contains("another hunt") == true)
        try String(repeating: "no database ", count: 200).write(
            toFile: folder + "/text", atomically: true, encoding: .utf8)
        let text = #expect(throws: ResultsError.self) {
            try TrialResults(path: folder + "/text", identity: "a")
        }
        #expect(text?.kind == .mismatch)
        #expect(throws: ResultsError.self) {
            try TrialResults(path: folder + "/none/hunt.db", identity: "a")
        }
    }

    @Test func `a transaction is there as a whole or not at all`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database(path: folder + "/x.db")
        try database.run("CREATE TABLE t (n INTEGER UNIQUE)")
        #expect(throws: ResultsError.self) {
            try database.transaction { () throws(ResultsError) in
                try database.run("INSERT INTO t VALUES (?)", [.integer(1)])
                try database.run("INSERT INTO t VALUES (?)", [.integer(1)])
            }
        }
        #expect(try database.run("SELECT count(*) FROM t") == [[.integer(0)]])
    }
}
