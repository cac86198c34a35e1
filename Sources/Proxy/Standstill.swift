import Dispatch
import Synchronization

/// Notices that this process as a whole stood still: it was stopped, or its machine was. What others
/// may have done meanwhile, a broker's absence does not explain.
final class Standstill {
    private let marks = Marks()
    private let timer: any DispatchSourceTimer

    private final class Marks: Sendable {
        let lastNs = Atomic<UInt64>(ArrivalClock.monotonic())
        /// When the latest standstill ended, and how long it was.
        let endedNs = Atomic<UInt64>(0)
        let lengthNs = Atomic<UInt64>(0)
        /// A machine under load may keep a thread waiting for less than this.
        private static let leastNs: UInt64 = 3_000_000_000

        func look() {
            let now = ArrivalClock.monotonic()
            let gap = now - min(now, lastNs.exchange(now, ordering: .relaxed))
            guard gap >= Self.leastNs else { return }
            lengthNs.store(gap, ordering: .relaxed)
            endedNs.store(now, ordering: .relaxed)
        }
    }

    init() {
        timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInteractive))
        timer.schedule(deadline: .now(), repeating: .milliseconds(500))
        timer.setEventHandler { [marks] in marks.look() }
        timer.resume()
    }

    deinit { timer.cancel() }

    /// How long this process stood still the last time, where that ended after `time`; nil where it
    /// did not.
    ///
    /// - Parameter time: in nanoseconds of the monotonic clock.
    func lengthNs(since time: UInt64) -> UInt64? {
        marks.look()
        guard marks.endedNs.load(ordering: .relaxed) >= time else { return nil }
        return marks.lengthNs.load(ordering: .relaxed)
    }
}
