import Foundation

/// `kerfuffle` as a process that goes on beside the test; what is left of it ends with the value.
final class RunningProgram {
    private let process = Process()
    private let log: URL

    static let path: String = {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
            .appendingPathComponent("kerfuffle").path
    }()

    init(_ arguments: [String], in folder: String) throws {
        log = URL(fileURLWithPath: folder + "/output-\(UUID().uuidString)")
        try Data().write(to: log)
        let handle = try FileHandle(forWritingTo: log)
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
    }

    deinit { kill() }

    var isRunning: Bool { process.isRunning }
    var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// SIGKILL, and a wait until it is gone.
    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// SIGTERM, and once more at once: `timeout` signals its command and then its group.
    func stop() {
        for _ in 0..<2 { Foundation.kill(process.processIdentifier, SIGTERM) }
    }

    /// - Throws: where it does not end within two minutes.
    func code() throws -> Int32 {
        try awaiting("the end of \(process.arguments ?? [])", or: said) { !process.isRunning }
        return process.terminationStatus
    }
}

struct Overdue: Error, CustomStringConvertible { var description: String }

/// Waits until a condition holds.
///
/// - Throws: where it does not within two minutes.
func awaiting(
    _ what: String, or said: @autoclosure () -> String = "", _ condition: () throws -> Bool
) throws {
    let limit = ContinuousClock.now + .seconds(120)
    while try !condition() {
        if ContinuousClock.now > limit {
            throw Overdue(description: "\(what) did not come within two minutes: \(said())")
        }
        usleep(20_000)
    }
}
