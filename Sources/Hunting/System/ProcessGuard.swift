internal import CSpawn
import Foundation
import Synchronization

/// Ends the groups of systems under test when this process ends in whatever way, kill -9 included.
///
/// It is a shell that reads which groups there are from a pipe of ours; the system closes the pipe when
/// we are gone, and the shell kills what is left, also what has left its group.
public final class ProcessGuard: Sendable {
    private static let script = """
        trap '' INT TERM HUP; l=
        while read -r op id; do
          if [ "$op" = + ]; then l="$l $id"; continue; fi
          n=; for x in $l; do [ "$x" = "$id" ] || n="$n $x"; done; l=$n
        done
        for x in $l; do kill -s KILL -- "-$x"; done 2>/dev/null
        [ "$1" ] || exit 0
        for i in 1 2 3; do
          for f in $(grep -ls -- "$1" /proc/[0-9]*/environ) $(grep -lsE -- "$2" /proc/[0-9]*/limits); do
            p=${f#/proc/}; kill -s KILL "${p%/*}"
          done
        done 2>/dev/null
        """
    /// Each system announces its group there itself, as `+ 17`, before it becomes the program: the pipe stays open
    /// until it has, so that none is missed where this process ends in between.
    let pipe: Int32
    private let shell: pid_t
    private let isHeld = Atomic<Bool>(true)

    /// - Parameters:
    ///   - mark: a text that the environment of everything that is guarded has, and no other; empty: groups alone are
    ///     ended.
    ///   - limits: what the limits of everything that is guarded begin with (``ProcessMark``).
    /// - Throws: `HuntError` where no shell can be started.
    public init(mark: String = "", limits: String = "^$") throws(HuntError) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw HuntError(.system, "no pipe can be made: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        kerfuffle_spawn_without_files(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A terminal's Ctrl-C is not for it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let words = ["/bin/sh", "-c", Self.script, "sh", mark, limits]
        let copies = words.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, copies, environ)
        close(ends[0])
        guard code == 0 else {
            close(ends[1])
            throw HuntError(
                .system, "/bin/sh cannot be started: \(String(cString: strerror(code)))")
        }
        pipe = ends[1]
        shell = pid
    }

    deinit { letGo() }

    /// Ends what still runs, as the end of this process would.
    func letGo() {
        guard isHeld.exchange(false, ordering: .relaxed) else { return }
        close(pipe)
        var status: Int32 = 0
        while waitpid(shell, &status, 0) < 0 && errno == EINTR {}
    }

    func remove(_ group: pid_t) { tell("- \(group)\n") }

    /// Shorter than a pipe's atomic writes, so that lines of several threads stay whole.
    private func tell(_ line: String) {
        var line = line
        _ = line.withUTF8 { write(pipe, $0.baseAddress, $0.count) }
    }
}
