import Foundation
import Testing

/// Faults for the sanitizers to see, each in a run of its own that must fail; scripts/sanitize alone
/// sets `KERFUFFLE_PLANTED`. Without a sanitizer they pass, and nobody notices a thing.
enum Planted {
    static let fault = ProcessInfo.processInfo.environment["KERFUFFLE_PLANTED"]

    /// Runs `work` on two threads; neither waits for the other.
    static func onTwoThreads(_ work: @escaping @Sendable () -> Void) {
        let ended = DispatchSemaphore(value: 0)
        for _ in 0..<2 {
            Thread.detachNewThread {
                work()
                ended.signal()
            }
        }
        for _ in 0..<2 { ended.wait() }
    }
}

struct PlantedTests {
    @Test(.enabled(if: Planted.fault == "race", "KERFUFFLE_PLANTED is not race"))
    func `two threads count in one variable without a lock`() {
        nonisolated(unsafe) var count = 0
        Planted.onTwoThreads { count += 1 }
        #expect(count > 0)
    }

    @Test(.enabled(if: Planted.fault == "overflow", "KERFUFFLE_PLANTED is not overflow"))
    func `a byte behind an allocation is written`() {
        let count = 64
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        bytes.initialize(repeating: 7, count: count)
        defer { bytes.deallocate() }
        Planted.write(into: bytes, at: count)
        #expect(bytes[count - 1] == 7)
    }
}

extension Planted {
    /// By itself, so that no compiler sees that it is for nothing.
    @inline(never)
    static func write(into bytes: UnsafeMutablePointer<UInt8>, at index: Int) {
        bytes[index] = 1
    }
}
