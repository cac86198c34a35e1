import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The program itself, in a process of its own.
final class Child {
    private let process = Process()
    private let log: URL

    /// The product of this build, beside the test runner.
    static let program = URL(filePath: CommandLine.arguments[0])
        .deletingLastPathComponent().appending(path: "kerfuffle")

    /// - Parameter wrapping: a program and its arguments that start ours under some restriction.
    init(
        _ arguments: [String], log: String, wrapping: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        self.log = URL(filePath: log)
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: self.log) }
        let output = try FileHandle(forWritingTo: self.log)
        try output.seekToEnd()
        // Tests that were started by nohup hand its deafness for SIGHUP on.
        let hearing = ["/usr/bin/env", "--default-signal=HUP"]
        let words = hearing + wrapping + [Self.program.path()] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["KERFUFFLE_LOG_FORMAT": "text"].merging(environment) { $1 }
        ) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        if process.isRunning { signal(SIGKILL) }
    }

    /// This package.
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// All that it said.
    var all: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    var isRunning: Bool { process.isRunning }
    /// What it said, and those before it that had the same log.
    var said: String {
        String(((try? String(contentsOf: log, encoding: .utf8)) ?? "").suffix(3000))
    }

    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Ends it without any chance to tidy up.
    func kill9() {
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its end.
    /// - Returns: its exit code; 128 and more for a signal.
    func wait(seconds: Int = 90) throws -> Int32 {
        let end = ContinuousClock.now + .seconds(seconds)
        while process.isRunning {
            if ContinuousClock.now > end {
                kill9()
                throw TestFailure("did not end within \(seconds) s: \(said)")
            }
            usleep(5000)
        }
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }
}
