import Foundation

/// Runs the scripts beside the tests.
enum Python {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Whether the `mcap` package is there; says so once where it is not.
    static let hasMCAP: Bool = {
        let found = (try? start(["-c", "import mcap, lz4, zstandard"])) != nil
        if !found {
            FileHandle.standardError.write(
                Data("exchange with PyPI's mcap: python3 cannot import it, not run\n".utf8))
        }
        return found
    }()

    /// Runs a script and answers with its standard output.
    static func run(_ script: String, _ arguments: String...) throws -> Data {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Python/\(script)").path
        return try start(["-B", path] + arguments)
    }

    private static func start(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        let errors = TemporaryFile()
        process.standardOutput = output
        process.standardError = errors.handle
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: errors.text)
        }
        return data
    }
}

/// A folder that goes with the test.
final class TemporaryFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("mcap-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// A file for a process to write to while nobody reads.
private final class TemporaryFile {
    private let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("mcap-\(UUID().uuidString)")
    let handle: FileHandle?

    init() {
        try? Data().write(to: url)
        handle = FileHandle(forWritingAtPath: url.path)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var text: String { (try? String(contentsOf: url, encoding: .utf8)) ?? "" }
}
