internal import CSpawn
import Foundation

/// A running copy of the system under test: a process that leads a group of its own.
final class SystemProcess {
    /// How a process ended.
    enum Exit: Hashable, Sendable {
        case code(Int32)
        case signal(Int32)

        var inWords: String {
            switch self {
            case .code(let code): "ended with exit code \(code)"
            case .signal(let number): "was ended by signal \(number) (\(signalName(number)))"
            }
        }
    }

    let pid: pid_t
    private(set) var exit: Exit?
    /// Processor time of it and its children, in milliseconds; known once it ended.
    private(set) var cpuMs = 0
    private let processGuard: ProcessGuard
    private let mark: ProcessMark?

    /// - Parameters:
    ///   - words: the program, found by PATH, and its arguments.
    ///   - output: a file that standard output is appended to.
    ///   - errors: the same for standard error; nil: the same file.
    ///   - limit: by which it is known to be its trial's.
    ///   - mark: what only it and what it starts have; who has it ends with it. Its first limit is set.
    /// - Throws: `HuntError` of kind `system` with the system's own reason.
    init(
        _ words: [String], environment: [String: String], directory: String, output: String,
        errors: String? = nil, limit: UInt64? = nil, mark: ProcessMark? = nil,
        guardedBy processGuard: ProcessGuard
    ) throws(HuntError) {
        self.processGuard = processGuard
        self.mark = mark
        pid = try Self.spawn(
            words, environment, directory, output, errors, limit ?? mark?.limits.lowerBound,
            processGuard)
    }

    /// Tells the guard its number, takes its limit on and becomes the program. Of shells, dash and that of BusyBox call
    /// the limit -w, bash -x.
    private static let announcement = [
        "/bin/sh", "-c",
        """
        echo "+ $$" >&3; exec 3>&-
        [ "$1" = - ] || { ulimit -Sw "$1" || ulimit -Sx "$1"; } 2>/dev/null
        shift; exec "$@"
        """, "sh",
    ]

    private static func spawn(
        _ words: [String], _ environment: [String: String], _ directory: String, _ output: String,
        _ errors: String?, _ limit: UInt64?, _ processGuard: ProcessGuard
    ) throws(HuntError) -> pid_t {
        guard let program = found(words[0], from: directory) else {
            throw HuntError(
                .system,
                "\(words.joined(separator: " ")): cannot be started in \(directory): there is no "
                    + "program \(words[0])")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        kerfuffle_spawn_in(&actions, directory)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        if let errors {
            posix_spawn_file_actions_addopen(
                &actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        // Sockets of other trials' brokers are not the system's to hold open.
        kerfuffle_spawn_with_file(&actions, processGuard.pipe)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let assignments = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var pid: pid_t = 0
        let code = withCStrings(
            announcement + [limit.map { "\($0)" } ?? "-", program] + words.dropFirst()
        ) { arguments in
            withCStrings(assignments) { variables in
                posix_spawn(&pid, announcement[0], &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else {
            let reason = String(cString: strerror(code))
            throw HuntError(
                .system,
                "\(words.joined(separator: " ")): cannot be started in \(directory): "
                    + reason)
        }
        return pid
    }

    /// A program by its path, or the first of its name in PATH; nil where there is none that can be run.
    private static func found(_ word: String, from directory: String) -> String? {
        func isProgram(_ path: String) -> Bool {
            var isFolder: ObjCBool = false
            let files = FileManager.default
            return files.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                && files.isExecutableFile(atPath: path)
        }
        if word.contains("/") {
            return isProgram(word.hasPrefix("/") ? word : directory + "/" + word) ? word : nil
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/bin:/usr/bin"
        return path.split(separator: ":").map { "\($0)/\(word)" }.first(where: isProgram)
    }

    /// Whether it ended; what is left of its group is ended then, too.
    var hasEnded: Bool {
        if exit != nil { return true }
        guard isOver else { return false }
        reap()
        return true
    }

    /// Whether it and all of its group ended by themselves. A signal ends a shell at once, and what the shell
    /// started may still have something to do.
    var hasEndedWithChildren: Bool {
        if exit != nil { return true }
        guard isOver, !hasLivingMember else { return false }
        reap()
        return true
    }

    /// It ended and was not waited for: until then it keeps the group's number.
    private var isOver: Bool {
        var information = siginfo_t()
        let code = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
        return code == 0 && information.si_signo == SIGCHLD
    }

    /// How it itself ended, what it has started being left alone; nil: it goes on.
    var ownExit: Exit? {
        if let exit { return exit }
        var information = siginfo_t()
        let code = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
        guard code == 0, information.si_signo == SIGCHLD else { return nil }
        let status = information._sifields._sigchld.si_status
        return information.si_code == CLD_EXITED ? .code(status) : .signal(status)
    }

    private var hasLivingMember: Bool {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.contains { name in
            // 7 (name of the program) S 1 7 …: number, state, parent, group. (proc(5))
            guard name.first?.isNumber == true,
                let data = FileManager.default.contents(atPath: "/proc/\(name)/stat"),
                let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?
                    .split(separator: " "),
                fields.count > 2
            else { return false }
            return fields[2] == "\(pid)" && !["Z", "X"].contains(fields[0])
        }
    }

    private func reap() {
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0 && errno == EINTR {}
        let number = status & 0x7F
        exit = number == 0 ? .code(status >> 8 & 0xFF) : .signal(number)
        cpuMs = usage.ru_utime.milliseconds + usage.ru_stime.milliseconds
        processGuard.remove(pid)
    }

    /// Sends a signal to it and its children.
    func signal(_ number: Int32) {
        if exit == nil { kill(-pid, number) }
    }

    /// Ends it at once and waits for that; what has left its group is ended, too.
    func end() {
        if exit == nil {
            signal(SIGKILL)
            signal(SIGCONT)
            reap()
        }
        if let mark { Strays.end(mark) }
    }
}

extension timeval {
    fileprivate var milliseconds: Int { Int(tv_sec) * 1000 + Int(tv_usec) / 1000 }
}

/// `KILL` for 9; the number where it has no name here.
func signalName(_ number: Int32) -> String {
    signalNumbers.first { $0.value == number }?.key ?? "\(number)"
}

let signalNumbers: [String: Int32] = [
    "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ABRT": SIGABRT, "KILL": SIGKILL,
    "USR1": SIGUSR1, "USR2": SIGUSR2, "SEGV": SIGSEGV, "PIPE": SIGPIPE, "TERM": SIGTERM,
    "BUS": SIGBUS, "FPE": SIGFPE, "ILL": SIGILL,
]

private func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
