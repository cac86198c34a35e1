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
