import Checking
import Configuration
import Foundation

/// A program that judges: it reads the evidence as JSON from its standard input and answers with JSON.
public struct JudgeCommand: Sendable {
    public let words: [String]
    /// Where it runs, and what its path is relative to.
    public let folder: String
    public let origin: String
    /// After which it is ended.
    public var limit = Duration.seconds(60)

    public init(words: [String], folder: String, origin: String) {
        self.words = words
        self.folder = folder
        self.origin = origin
    }

    /// - Throws: `CheckingError` where it cannot be started, takes too long or fails; what it said then.
    public func answer(to question: [UInt8]) throws -> [UInt8] {
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("kerfuffle-judge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let paths = ["question", "answer", "errors"].map { scratch.appendingPathComponent($0) }
        try Data(question).write(to: paths[0])
        for path in paths.dropFirst() { try Data().write(to: path) }

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = try FileHandle(forReadingFrom: paths[0])
        process.standardOutput = try FileHandle(forWritingTo: paths[1])
        process.standardError = try FileHandle(forWritingTo: paths[2])
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do { try process.run() } catch {
            throw CheckingError(
                "\(origin): the command cannot be started: \(error.localizedDescription)")
        }
        let (whole, attoseconds) = limit.components
        let seconds = Double(whole) + Double(attoseconds) * 1e-18
        if ended.wait(timeout: .now() + seconds) == .timedOut {
            kill(process.processIdentifier, SIGKILL)
            throw CheckingError("\(origin): the command did not end within \(limit.spelled)")
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let said = String(decoding: try Data(contentsOf: paths[2]).suffix(500), as: UTF8.self)
            let how = process.terminationReason == .exit ? "exit code" : "signal"
            throw CheckingError(
                "\(origin): the command ended with \(how) \(process.terminationStatus): "
                    + (said.split(separator: "\n").last.map(String.init) ?? "it said nothing"))
        }
        return [UInt8](try Data(contentsOf: paths[1]))
    }
}
