import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program as it was built beside the tests, run as a process of its own.
enum Program {
    struct Ended {
        var output: String
        var errors: String
        var code: Int32
    }

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let program: URL = {
        let bundle = ProcessInfo.processInfo.arguments.first { $0.hasSuffix(".xctest") }
        let tests = bundle ?? ProcessInfo.processInfo.arguments[0]
        return URL(fileURLWithPath: tests).deletingLastPathComponent()
            .appendingPathComponent("kerfuffle")
    }()

    /// Runs it to its end in a folder. Its output goes to files, so that neither stream can keep the
    /// other waiting, and this process opens nothing that a process started beside it would inherit.
    ///
    /// - Parameters:
    ///   - output: what standard output is, where it is none of the files.
    ///   - meanwhile: told the process's number once it was started.
    static func run(
        _ arguments: [String], in folder: URL, output: String? = nil,
        meanwhile: (pid_t) throws -> Void = { _ in }
    ) throws -> Ended {
        let name = UUID().uuidString
        let files = ["out", "err"].map { folder.appendingPathComponent("\(name).\($0)").path }
        defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, file) in zip([Int32(1), 2], [output ?? files[0], files[1]]) {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        // env(1) goes to the folder: spawning in a folder is not portable.
        let line = ["/usr/bin/env", "-C", folder.path, program.path] + arguments
        var words = line.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, line[0], &actions, nil, words, environ)
        guard failure == 0 else { throw Fixture.Failure(String(cString: strerror(failure))) }
        let outcome = Result { try meanwhile(child) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        try outcome.get()
        return Ended(
            output: output == nil ? try String(contentsOfFile: files[0], encoding: .utf8) : "",
            errors: try String(contentsOfFile: files[1], encoding: .utf8),
            // As wait(2) has it: the code of an exit, or the number of the signal as a shell says it.
            code: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F))
    }

    /// The words of a command line, split at spaces.
    static func run(_ line: String, in folder: URL, output: String? = nil) throws -> Ended {
        try run(line.split(separator: " ").map(String.init), in: folder, output: output)
    }
}

/// A recording of 300 records, a plan, the schedule that it makes, and the output.
struct Fixture {
    let folder: URL

    static let plan = """
        seed: s
        window: {records: 3..6}
        rules:
          - order: shuffle
          - drop: 20%
          - duplicate: 20%
          - delay: constant(2ms)
            where: {partition: 1}
          - corrupt: {truncate: 10%}
            where: {partition: 2}
        """

    /// What that plan makes of the recording's 300 records.
    static let deliveries = 294

    static func with<Result>(_ body: (Fixture) throws -> Result) throws -> Result {
        try withFolder { folder in
            try FileManager.default.copyItem(
                at: Program.repository.appendingPathComponent("recordings/orders.mcap"),
                to: folder.appendingPathComponent("in.mcap"))
            try Data(plan.utf8).write(to: folder.appendingPathComponent("plan.yaml"))
            let made = try Program.run(
                "replay in.mcap --plan plan.yaml --schedule-out s.jsonl --to-recording out.mcap",
                in: folder)
            guard made.code == 0 else { throw Failure(made.errors) }
            return try body(Fixture(folder: folder))
        }
    }

    struct Failure: Error {
        var message: String
        init(_ message: String) { self.message = message }
    }

    func run(_ line: String, output: String? = nil) throws -> Program.Ended {
        try Program.run(line, in: folder, output: output)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(name))
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// Lines of the schedule without their line feeds.
    var lines: [String] {
        get throws { try text("s.jsonl").split(separator: "\n").map(String.init) }
    }

    func write(lines: [String], to name: String) throws {
        try write(lines.joined(separator: "\n") + "\n", to: name)
    }
}
