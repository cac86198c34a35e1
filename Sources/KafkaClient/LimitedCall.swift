internal import Foundation
internal import Synchronization

/// A call of the library that may never return, on a thread of its own.
///
/// A thread that nobody waits for any more stays with what it holds until the process ends.
final class LimitedCall<Answer: Sendable>: Sendable {
    private let answer = Mutex<Answer?>(nil)
    private let isThere = DispatchSemaphore(value: 0)

    init(_ call: @escaping @Sendable () -> Answer) {
        Thread.detachNewThread { [self] in
            let answer = call()
            self.answer.withLock { $0 = answer }
            isThere.signal()
        }
    }

    /// What the call gave; nil where it had not returned when there was no hope left.
    ///
    /// - Parameter isHopeless: asked every 10 ms; once it is true the call has `grace` to return.
    func value(
        grace: Duration = .seconds(1), limit: Duration = .seconds(30),
        unless isHopeless: () -> Bool
    ) -> Answer? {
        var end = ContinuousClock.now + limit
        var isWarned = false
        while isThere.wait(timeout: .now() + .milliseconds(10)) == .timedOut {
            if ContinuousClock.now > end { return nil }
            if !isWarned && isHopeless() {
                isWarned = true
                end = min(end, ContinuousClock.now + grace)
            }
        }
        return answer.withLock { $0 }
    }
}
