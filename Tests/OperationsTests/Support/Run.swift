import Foundation

#if canImport(Glibc)
    import Glibc
#endif

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Repeats `step` until it says true.
func wait(for what: String, seconds: Int = 60, until step: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !step() {
        if ContinuousClock.now > end { throw TestFailure("waited \(seconds) s for \(what)") }
        usleep(5000)
    }
}

/// A folder that goes with the test.
final class Folder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("operations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func text(_ name: String) -> String {
        (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
    }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
    }
}

/// The program, or another one, in a process of its own; its output goes to files.
final class Run {
    private let process = Process()
    private let folder: Folder

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The product of this build, beside the test runner.
    static let program = URL(filePath: CommandLine.arguments[0])
        .deletingLastPathComponent().appending(path: "kerfuffle")

    /// Where a program of the system is; nil where there is none.
    static func path(of name: String) -> String? {
        ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    init(
        _ arguments: [String], program: String = Run.program.path, input: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        folder = try Folder()
        for name in ["out", "err"] { try Data().write(to: URL(filePath: folder.path(name))) }
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("KERFUFFLE_") }.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        if let input {
            try Data(input.utf8).write(to: URL(filePath: folder.path("in")))
            process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder.path("in")))
        }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder.path("out")))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path("err")))
        try process.run()
    }

    deinit {
        if process.isRunning { signal(SIGKILL) }
    }

    var isRunning: Bool { process.isRunning }
    var output: String { folder.text("out") }
    var errors: String { folder.text("err") }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for its end.
    /// - Returns: its exit code; 128 and more for a signal.
    @discardableResult
    func wait(seconds: Int = 90) throws -> Int32 {
        let end = ContinuousClock.now + .seconds(seconds)
        while process.isRunning {
            if ContinuousClock.now > end {
                signal(SIGKILL)
                process.waitUntilExit()
                throw TestFailure("did not end within \(seconds) s: \(errors.suffix(2000))")
            }
            usleep(5000)
        }
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }
}
