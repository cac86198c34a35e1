import Foundation
import Testing

@testable import Hunting

@Suite struct ProcessGuardTests {
    /// The system closes the guard's pipe when this process is gone; here its owner lets go of it.
    @Test func `what still runs when its owner is gone is ended, and nothing else`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func start(_ processGuard: ProcessGuard) throws -> SystemProcess {
            try SystemProcess(
                ["/bin/sh", "-c", "sleep 60 & wait"], environment: [:], directory: folder,
                output: folder + "/log", guardedBy: processGuard)
        }
        let other = try ProcessGuard()
        let bystander = try start(other)
        defer { bystander.end() }
        var pid: pid_t = 0
        do {
            let processGuard = try ProcessGuard()
            let ended = try start(processGuard)
            ended.end()
            let running = try start(processGuard)
            pid = running.pid
            #expect(kill(pid, 0) == 0)
            processGuard.letGo()
        }
        var status: Int32 = 0
        #expect(waitpid(pid, &status, 0) == pid)
        #expect(status & 0x7F == SIGKILL)
        #expect(!bystander.hasEnded)
    }
}

extension ProcessGuardTests {
    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setsid"),
            "no setsid: it is in util-linux"))
    func `who left the group is ended by the guard, too, and nobody with another environment`()
        throws
    {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let mark = "KERFUFFLE_TRIAL_ID=\(UUID().uuidString)"
        let numbers = MarkNumbers(key: .random(in: 0...UInt32.max))
        let processGuard = try ProcessGuard(mark: mark + "-", limits: numbers.pattern)
        func start(_ id: String, _ leaving: String = "setsid", trial: Int? = nil) throws -> pid_t {
            let parts = mark.split(separator: "=").map(String.init)
            let process = try SystemProcess(
                ["/bin/sh", "-c", "\(leaving) sh -c 'echo $$ > \(id); exec sleep 60' & wait"],
                environment: [parts[0]: parts[1] + id, "PATH": "/usr/bin:/bin"], directory: folder,
                output: folder + "/log",
                limit: trial.map { numbers.limits(trial: $0, copy: 2).lowerBound },
                guardedBy: processGuard)
            let deadline = ContinuousClock.now + .seconds(30)
            var found: pid_t?
            while found == nil, .now < deadline {
                let text = try? String(contentsOfFile: folder + "/" + id, encoding: .utf8)
                found = text.flatMap { $0.hasSuffix("\n") ? pid_t($0.dropLast()) : nil }
                usleep(5000)
            }
            // Its group is gone; it went on its own way before.
            process.end()
            return try #require(found)
        }
        let (mine, other) = (try start("-1"), try start("x1"))
        let bare = try start("-2", "setsid env -i", trial: 7)
        defer { kill(other, SIGKILL) }
        #expect(kill(mine, 0) == 0 && kill(bare, 0) == 0)
        processGuard.letGo()
        let deadline = ContinuousClock.now + .seconds(30)
        func lives(_ process: pid_t) -> Bool {
            let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
            let state = String(decoding: data, as: UTF8.self).split(separator: ")").last?.first {
                $0.isLetter
            }
            return state.map { $0 != "Z" && $0 != "X" } ?? false
        }
        while lives(mine) || lives(bare), .now < deadline { usleep(10_000) }
        #expect(!lives(mine) && !lives(bare))
        #expect(lives(other))
    }
}
