import Foundation

/// Processes that left the group they were started in (`setsid`, a daemon) and are a trial's all the same: what stands
/// in their environment goes with them. Not found is who emptied that, too.
enum Strays {
    /// Ends every process whose environment, as it was when its program began, has all of these lines (`NAME=value`).
    /// What is started meanwhile is looked for again.
    ///
    /// - Complexity: O(processes of the machine) for each of at most 10 rounds
    static func end(with lines: [String]) {
        if lines.isEmpty { return }
        let wanted = lines.map { Array($0.utf8) }
        for _ in 0..<10 {
            let found = processes(with: wanted)
            if found.isEmpty { return }
            for process in found { kill(process, SIGKILL) }
            usleep(1000)
        }
    }

    private static func processes(with lines: [[UInt8]]) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { process in
            // Of others' processes, and of those that have ended, nothing is read.
            guard process != getpid(),
                let data = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            else { return false }
            let own = [UInt8](data).split(separator: 0).map(Array.init)
            return lines.allSatisfy(own.contains)
        }
    }
}
