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
///
/// Spawned by hand: Foundation's `Process` takes one for running as long as a child of its own is, as a
/// broker that it leaves behind.
final class Run {
    private let folder: Folder
    private var process: pid_t = 0
    /// As `waitpid` tells it; nil while it runs.
    private var status: Int32?

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
        _ arguments: [String], program: String = Run.program.path, input: String = "",
        environment: [String: String] = [:]
    ) throws {
        folder = try Folder()
        try Data(input.utf8).write(to: URL(filePath: folder.path("in")))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, folder.path("in"), O_RDONLY, 0)
        let create = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, folder.path("out"), create, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder.path("err"), create, 0o600)
        let variables = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("KERFUFFLE_") }.merging(environment) { $1 }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        let code = posix_spawn(&process, program, &actions, nil, words, settings)
        guard code == 0 else {
            throw TestFailure("cannot run \(program): \(String(cString: strerror(code)))")
        }
    }

    deinit {
        if isRunning {
            signal(SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
    }

    var isRunning: Bool {
        if status != nil { return false }
        var found: Int32 = 0
        if waitpid(process, &found, WNOHANG) != 0 { status = found }
        return status == nil
    }

    var output: String { folder.text("out") }
    var errors: String { folder.text("err") }

    func signal(_ number: Int32) { kill(process, number) }

    /// Waits for its end.
    /// - Returns: its exit code; 128 and more for a signal.
    @discardableResult
    func wait(seconds: Int = 90) throws -> Int32 {
        let end = ContinuousClock.now + .seconds(seconds)
        while isRunning {
            if ContinuousClock.now > end {
                throw TestFailure("did not end within \(seconds) s: \(errors.suffix(2000))")
            }
            usleep(5000)
        }
        let status = status ?? 0
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
