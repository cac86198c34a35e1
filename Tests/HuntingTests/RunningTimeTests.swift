import Foundation
import Testing

@testable import Hunting

@Suite struct RunningTimeTests {
    private static let taskset = "/usr/bin/taskset"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: taskset)
                && FileManager.default.fileExists(atPath: "/proc/self/schedstat"),
            "no taskset (util-linux), or a kernel that does not say who waited for a processor"))
    func `the time in which others run in a system's place is none of its own`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let processGuard = try ProcessGuard()
        // Four on one processor; the first one's work is done by its child.
        let loop = "while :; do :; done"
        let processes = try ["(\(loop)); :", loop, loop, loop].map {
            try SystemProcess(
                [Self.taskset, "-c", "0", "/bin/sh", "-c", $0],
                environment: ["PATH": "/usr/bin:/bin"], directory: folder, output: folder + "/log",
                guardedBy: processGuard)
        }
        defer { for process in processes { process.end() } }
        var time = RunningTime()
        let deadline = ContinuousClock.now + .seconds(30)
        while time.lost == .zero, ContinuousClock.now < deadline {
            _ = time.turn([processes[0].pid])
            usleep(20_000)
        }
        #expect(time.lost > .zero)
        #expect(time.now < .now)
    }

    @Test(
        arguments: [
            (TrialOutcome.Ending.hung(""), 999, false), (.hung(""), 1000, true),
            (.neverReady(""), 1000, true), (.crashed(""), 3999, false), (.crashed(""), 4000, true),
            (.notStarted(""), 9000, false), (.settled, 9000, false),
        ])
    func `an end that the machine may have made is no verdict`(
        ending: TrialOutcome.Ending, standstillMs: Int, isOverloaded: Bool
    ) {
        let outcome = TrialOutcome(
            ending: ending, observed: [:], fed: [], unread: [], commits: true, complaints: [],
            folder: "", readyMs: 0, wallMs: 0, cpuMs: 0, standstillMs: standstillMs)
        #expect(outcome.isOverloaded == isOverloaded)
    }

    @Test func `what this process stands still is lost, too, but for a tenth`() {
        var time = RunningTime()
        let start = ContinuousClock.now
        time.begin()
        usleep(300_000)
        let stood = time.turn([])
        #expect(stood.map { $0 >= .milliseconds(300) } == true)
        #expect(time.lost >= .milliseconds(270) && time.lost < start.duration(to: .now))
    }
}
