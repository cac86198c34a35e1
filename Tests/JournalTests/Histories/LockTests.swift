import Foundation
import Records
import Synchronization
import Testing

@testable import Recording

@Suite struct LockTests {
    @Test func `files of a running instance are refused`() throws {
        try withFolder { folder in
            let host = Host("a", in: folder)
            try host.start(World(plan: .passThrough, log: [:]))
            let error = #expect(throws: RecordingError.self) {
                try Journal.leftover(at: host.paths)
            }
            #expect(error?.kind == .locked)
            #expect(error?.message.hasPrefix("another process is writing it") == true)
            try host.stop()
            #expect(try Journal.leftover(at: host.paths) != nil)
        }
    }

    /// A descriptor that is closed twice is by then somebody else's.
    @Test func `a refusal closes nobody else's file`() throws {
        try withFolder { folder in
            let locked = folder.appendingPathComponent("locked").path
            let witness = folder.appendingPathComponent("witness")
            try Data("witness".utf8).write(to: witness)
            try Data().write(to: URL(fileURLWithPath: locked))
            let holder = try FileLock(locked)
            let witnessed = Witnessed()
            Thread.detachNewThread {
                while !witnessed.isOver.load(ordering: .relaxed) {
                    let descriptor = open(witness.path, O_RDONLY | O_CLOEXEC)
                    if descriptor < 0 || close(descriptor) != 0 {
                        witnessed.failures.add(1, ordering: .relaxed)
                    }
                    witnessed.opened.add(1, ordering: .relaxed)
                }
                witnessed.ended.signal()
            }
            while witnessed.opened.load(ordering: .relaxed) < 300_000 {
                #expect(throws: RecordingError.self) { try FileLock(locked, attempts: 1) }
            }
            witnessed.isOver.store(true, ordering: .relaxed)
            witnessed.ended.wait()
            #expect(witnessed.failures.load(ordering: .relaxed) == 0)
            withExtendedLifetime(holder) {}
        }
    }

    /// What a thread saw that opens and closes a file of its own.
    private final class Witnessed: Sendable {
        let opened = Atomic(0)
        let failures = Atomic(0)
        let isOver = Atomic(false)
        let ended = DispatchSemaphore(value: 0)
    }
}
