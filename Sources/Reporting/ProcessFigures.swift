import Foundation
import Metrics

/// What the system says of this process, as Prometheus' own clients call it.
struct ProcessFigures {
    var cpuSeconds: Double
    var startSeconds: Double?
    var residentBytes: Int?
    var openFiles: Int?

    /// Without what only /proc tells, where there is none.
    static func current() -> ProcessFigures {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        return ProcessFigures(
            cpuSeconds: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9,
            startSeconds: start, residentBytes: resident, openFiles: files)
    }

    private static var resident: Int? {
        let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return pages.map { $0 * Int(getpagesize()) }
    }

    /// When the process was started, in seconds since 1970.
    private static let start: Double? = {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let boot = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let bootSeconds = Double(boot.dropFirst(6)),
            // Behind the name, which may hold anything: the 20th field.
            let fields = text.split(separator: ")").last?.split(separator: " "),
            fields.count > 19, let ticks = Double(fields[19])
        else { return nil }
        return bootSeconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()
}

extension Exposition {
    mutating func append(process: ProcessFigures) {
        single(
            "process_cpu_seconds_total", .counter, "Processor time of the process.",
            process.cpuSeconds)
        if let start = process.startSeconds {
            single(
                "process_start_time_seconds", .gauge, "When it was started, since 1970.", start)
        }
        if let resident = process.residentBytes {
            single("process_resident_memory_bytes", .gauge, "Memory that it holds.", resident)
        }
        if let files = process.openFiles {
            single("process_open_fds", .gauge, "Files and sockets that it has open.", files)
        }
    }
}
