import Foundation

/// What of the machine's memory is there for this process.
enum SystemMemory {
    /// Bytes that are free, by the system's own estimate and within the group's limit; where nobody says, all there is.
    static var free: Int {
        var least = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        if let available = number("/proc/meminfo", behind: "MemAvailable:") {
            least = min(least, available * 1024)
        }
        if let limit = number("/sys/fs/cgroup/memory.max", behind: ""),
            let used = number("/sys/fs/cgroup/memory.current", behind: "")
        {
            // What files are cached for is given back.
            let cached = number("/sys/fs/cgroup/memory.stat", behind: "inactive_file") ?? 0
            least = min(least, max(0, limit - used + cached))
        }
        return least
    }

    /// The number that a line of a file begins with behind a word; nil: there is none.
    private static func number(_ path: String, behind word: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(word) }
        return line.flatMap { line in
            line.dropFirst(word.count).split(whereSeparator: \.isWhitespace).first.flatMap {
                Int($0)
            }
        }
    }
}
