import Foundation

/// The time that a trial's system had: what others on the machine kept it from is left out, and so is what the machine
/// stood still. Limits and silences are measured in it, or a busy machine would be a system that hangs.
///
/// How long a thread that could run was not run is told by the scheduler (`/proc/17/task/18/schedstat`, its second
/// number, in nanoseconds); where it is not, only the standing still of this process counts.
struct RunningTime {
    /// At least a tenth of the time counts, so that who runs without end on a busy machine meets a limit, too.
    private static let mostLost = 0.9
    private static let interval = Duration.milliseconds(250)
    private(set) var lost = Duration.zero
    private var waits: [String: UInt64] = [:]
    private var lastTurn = ContinuousClock.now
    private var lastLook = ContinuousClock.now
    private var stoodStill = Duration.zero

    /// The moment in that time.
    var now: ContinuousClock.Instant { ContinuousClock.now - lost }

    /// What was before does not count.
    mutating func begin() { (lastTurn, lastLook, stoodStill) = (.now, .now, .zero) }

    /// To be called often.
    ///
    /// - Parameter processes: of the system; they and their children are looked at four times a second.
    /// - Returns: for how long this process itself was not run, where that is more than 200 ms.
    mutating func turn(_ processes: [pid_t]) -> Duration? {
        let time = ContinuousClock.now
        let gap = lastTurn.duration(to: time)
        lastTurn = time
        let stood = gap > .milliseconds(200) ? gap : nil
        if let stood { stoodStill += stood }
        let elapsed = lastLook.duration(to: time)
        if elapsed >= Self.interval {
            lost += min(max(look(processes), stoodStill), elapsed * Self.mostLost)
            (lastLook, stoodStill) = (time, .zero)
        }
        return stood
    }

    /// The longest that one of its threads was kept waiting since the last look.
    private mutating func look(_ processes: [pid_t]) -> Duration {
        var seen: [String: UInt64] = [:]
        for process in processes { Self.note(process, in: &seen) }
        let longest = seen.map { $0.value - min($0.value, waits[$0.key] ?? 0) }.max() ?? 0
        waits = seen
        return .nanoseconds(Int64(clamping: longest))
    }

    private static func note(_ process: pid_t, in seen: inout [String: UInt64]) {
        let threads = "/proc/\(process)/task"
        for thread in (try? FileManager.default.contentsOfDirectory(atPath: threads)) ?? [] {
            let numbers = words("\(threads)/\(thread)/schedstat")
            if numbers.count > 1, let wait = UInt64(numbers[1]) { seen[thread] = wait }
            for child in words("\(threads)/\(thread)/children").compactMap({ pid_t($0) }) {
                note(child, in: &seen)
            }
        }
    }

    private static func words(_ path: String) -> [Substring] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }
}
