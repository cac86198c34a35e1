import Foundation

/// The program as it was built beside the tests, run as a process of its own.
enum Kerfuffle {
    struct Result {
        var output: [UInt8]
        var errors: String
        var code: Int32
        /// The most memory that it had at a time.
        var maximumResidentBytes: Int

        var text: String { String(decoding: output, as: UTF8.self) }
    }

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static var recordings: String { repository.appendingPathComponent("recordings").path }

    /// In the folder of the test bundle.
    static let path: String = {
        let bundle = ProcessInfo.processInfo.arguments.first { $0.hasSuffix(".xctest") }
        let tests = bundle ?? ProcessInfo.processInfo.arguments[0]
        return URL(fileURLWithPath: tests).deletingLastPathComponent()
            .appendingPathComponent("kerfuffle").path
    }()

    static func run(
        _ arguments: String..., in folder: String? = nil, input: [UInt8] = [],
        environment: [String: String] = [:]
    ) throws -> Result {
        try run(arguments, in: folder, input: input, environment: environment)
    }

    /// Runs it to its end; one that takes longer than a minute is ended and fails.
    static func run(
        _ arguments: [String], in folder: String? = nil, input: [UInt8] = [],
        environment: [String: String] = [:]
    ) throws -> Result {
        try Subprocess(path, arguments, in: folder, environment: environment).run(input: input)
    }
}

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
