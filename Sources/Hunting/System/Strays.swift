import Foundation

/// Processes that left the group they were started in (`setsid`, a daemon) and are a trial's all the same: what marks
/// them goes with them.
enum Strays {
    /// Ends every process that has the mark, as its environment was when its program began. What is started meanwhile
    /// is looked for again.
    ///
    /// - Complexity: O(processes of the machine) for each of at most 10 rounds
    static func end(_ mark: ProcessMark) {
        let lines = mark.lines.map { Array($0.utf8) }
        for _ in 0..<10 {
            let found = processes { isLimited($0, mark.limits) || isIn($0, lines) }
            if found.isEmpty { return }
            for process in found { kill(process, SIGKILL) }
            usleep(1000)
        }
    }

    private static func processes(where isMeant: (pid_t) -> Bool) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { $0 != getpid() && isMeant($0) }
    }

    /// `Max file locks            100000000000001001   unlimited            locks` (proc_pid_limits(5))
    private static func isLimited(_ process: pid_t, _ limits: ClosedRange<UInt64>) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/limits") else {
            return false
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("Max file locks") }
            .flatMap { $0.split(separator: " ").dropFirst(3).first }
            .flatMap { UInt64($0) }.map(limits.contains) ?? false
    }

    /// Of others' processes, and of those that have ended, nothing is read.
    private static func isIn(_ process: pid_t, _ lines: [[UInt8]]) -> Bool {
        guard !lines.isEmpty,
            let data = FileManager.default.contents(atPath: "/proc/\(process)/environ")
        else { return false }
        let own = [UInt8](data).split(separator: 0).map(Array.init)
        return lines.allSatisfy(own.contains)
    }
}
