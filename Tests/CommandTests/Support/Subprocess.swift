import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process with its output in files, so that no pipe fills up.
struct Subprocess {
    private let path: String
    private let arguments: [String]
    private let folder: String?
    private let environment: [String: String]

    init(
        _ path: String, _ arguments: [String], in folder: String? = nil,
        environment: [String: String] = [:]
    ) {
        self.path = path
        self.arguments = arguments
        self.folder = folder
        self.environment = environment
    }

    func run(input: [UInt8] = [], seconds: Int = 60) throws -> Kerfuffle.Result {
        let scratch = try TemporaryFolder()
        try Data(input).write(to: URL(fileURLWithPath: scratch.path("in")))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, scratch.path("in"), O_RDONLY, 0)
        let create = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, scratch.path("out"), create, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, scratch.path("err"), create, 0o600)

        var variables = ProcessInfo.processInfo.environment
        variables["KERFUFFLE_BROKERS"] = nil
        variables["COLUMNS"] = nil
        variables["KERFUFFLE_LOG_FORMAT"] = "text"
        variables.merge(environment) { $1 }
        // `env` changes the folder and becomes the program.
        let front = ["/usr/bin/env"] + (folder.map { ["-C", $0] } ?? [])
        let words = (front + [path] + arguments).map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, front[0], &actions, nil, words, settings)
        guard code == 0 else {
            throw TestFailure("cannot run \(front[0]): \(String(cString: strerror(code)))")
        }
        let (status, memory) = try wait(for: process, seconds: seconds)
        let signal = status & 0x7F
        return Kerfuffle.Result(
            output: [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("out")))),
            errors: try String(contentsOfFile: scratch.path("err"), encoding: .utf8),
            code: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
            maximumResidentBytes: memory)
    }

    private func wait(for process: pid_t, seconds: Int) throws -> (status: Int32, memory: Int) {
        let end = ContinuousClock.now + .seconds(seconds)
        var status: Int32 = 0
        var memory = 0
        while true {
            memory = max(memory, Self.mostMemory(of: process))
            let found = waitpid(process, &status, WNOHANG)
            if found == process { return (status, memory) }
            if found < 0 { throw TestFailure("cannot wait for \(path)") }
            if ContinuousClock.now > end {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                throw TestFailure("\(path) \(arguments) took longer than \(seconds) s")
            }
            usleep(1000)
        }
    }

    /// The most memory that the process had so far, as Linux tells it; 0 elsewhere. What `wait4` tells
    /// starts at what the parent had.
    private static func mostMemory(of process: pid_t) -> Int {
        guard let file = fopen("/proc/\(process)/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            guard text.hasPrefix("VmHWM:") else { continue }
            return (Int(text.filter(\.isNumber)) ?? 0) * 1024
        }
        return 0
    }
}

/// A folder that goes with the test.
final class TemporaryFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
    }

    func write(_ bytes: some Sequence<UInt8>, _ name: String) throws {
        try Data(bytes).write(to: url.appendingPathComponent(name))
    }

    func copy(_ path: String, to name: String) throws {
        try FileManager.default.copyItem(
            at: URL(fileURLWithPath: path), to: url.appendingPathComponent(name))
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }
}
