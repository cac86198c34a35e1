import Foundation

/// Runs `Tests/Reference/kerfuffle_reference.py`.
enum Reference {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func run(_ input: String, arguments: [String] = []) throws -> String {
        let scratch = FileManager.default.temporaryDirectory
            .appending(path: "kerfuffle-reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let paths = ["in", "out", "err"].map { scratch.appending(path: $0) }
        try Data(input.utf8).write(to: paths[0])
        for path in paths.dropFirst() { try Data().write(to: path) }
        let process = Process()
        let python = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                python ?? "python3",
                folder.appending(path: "Reference/kerfuffle_reference.py").path(),
            ]
            + arguments
        process.standardInput = try FileHandle(forReadingFrom: paths[0])
        process.standardOutput = try FileHandle(forWritingTo: paths[1])
        process.standardError = try FileHandle(forWritingTo: paths[2])
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: String(decoding: try Data(contentsOf: paths[2]), as: UTF8.self))
        }
        return String(decoding: try Data(contentsOf: paths[1]), as: UTF8.self)
    }
}
