import Foundation
import Testing

@testable import Exploration

/// SPIN's full search of a model in Promela.
private struct Spin {
    let states: Int
    let hasError: Bool

    static let path = ["/usr/bin/spin", "/usr/local/bin/spin"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    static let compiler = ["/usr/bin/gcc", "/usr/bin/cc"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    init(_ model: String) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("kerfuffle-spin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(model.utf8).write(to: folder.appendingPathComponent("model.pml"))
        func run(_ tool: String, _ words: String...) throws -> String {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: tool)
            process.arguments = words
            process.currentDirectoryURL = folder
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return String(decoding: output, as: UTF8.self)
        }
        _ = try run(try #require(Self.path), "-a", "-o3", "model.pml")
        _ = try run(
            try #require(Self.compiler), "-O1", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"
        )
        let pan = folder.appendingPathComponent("pan").path
        // All states first, whatever the assertions say; then the assertions.
        let all = try run(pan, "-A", "-E")
        states = try #require(
            all.split(separator: "\n").first { $0.hasSuffix("states, stored") }
                .flatMap { Int($0.split(separator: " ")[0]) })
        hasError = try run(pan, "-E").contains("errors: 1")
    }
}

struct SpinTests {
    private static let isThere = Spin.path != nil && Spin.compiler != nil

    private func states(_ scenario: Scenario) throws -> Int {
        var search = Search(SearchLimits())
        search.stopsAtFinding = false
        DepthFirst().run(try scenario.model(), &search)
        return search.states
    }

    @Test(
        .enabled(if: isThere, "needs spin and gcc; scripts/setup --tests installs them"),
        arguments: 1...4)
    func `writers that load and store reach the states that SPIN reaches, with its verdict`(
        writers: Int
    ) throws {
        let spin = try Spin(
            """
            int v = 2; byte n = 0;
            active [\(writers)] proctype W() {
              int r;
              r = v;
              d_step { v = r - 1; r = 0; n++; assert(n < \(writers) || v == 2 - \(writers)) };
              end: false
            }
            """)
        let steps = "{load: a}, {change: -1}, {store: a}"
        #expect(try states(.single("", messages: writers, steps: steps)) == spin.states)
        let judged = Scenario.single(
            "", messages: writers, steps: steps, rest: "invariants: [conservation]")
        let found = try Outcome.search { search in
            if let model = try? judged.model() { DepthFirst().run(model, &search) }
        }
        #expect(found.findings.isEmpty == !spin.hasError)
    }

    @Test(
        .enabled(if: isThere, "needs spin and gcc; scripts/setup --tests installs them"),
        arguments: 1...3)
    func `versions with retries reach the states that SPIN reaches, with its verdict`(
        writers: Int
    ) throws {
        let spin = try Spin(
            """
            int v = 2; int ver = 0; byte n = 0;
            active [\(writers)] proctype W() {
              int r = 0; int rv = -1; byte f = 0; byte s = 0;
              end: do
              :: d_step { s == 0 -> r = v; rv = ver; s = 1 }
              :: d_step { s == 1 && ver == rv ->
                   v = r - 1; ver++; n++; r = 0; rv = -1; s = 2; assert(v == 2 - n) }
              :: d_step { s == 1 && ver != rv && f < 2 -> f++; r = 0; rv = -1; s = 0 }
              :: d_step { s == 1 && ver != rv && f == 2 -> r = 0; rv = -1; s = 3 }
              od
            }
            """)
        let steps = "{load: a}, {change: -1}, {store: {in: a, as: versioned}}"
        #expect(try states(.single("", messages: writers, steps: steps)) == spin.states)
        let judged = Scenario.single(
            "", messages: writers, steps: steps, rest: "invariants: [conservation]")
        let found = try Outcome.search { search in
            if let model = try? judged.model() { DepthFirst().run(model, &search) }
        }
        #expect(found.findings.isEmpty && !spin.hasError)
    }
}
