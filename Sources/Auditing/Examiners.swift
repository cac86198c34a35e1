import Checking
import Foundation
import Synchronization

/// Examiners of one plan, lent to one piece of work at a time, so that each jq expression is compiled once for each that
/// goes on at once. libjq cannot be interrupted: the work has a thread of its own, and an expression that does not end
/// is left to itself there.
public final class Examiners: Sendable {
    private let plan: CheckPlan
    private let limit: Duration
    private let idle = Mutex<[WatchedExaminer]>([])

    /// - Parameter limit: how long one evaluation of one expression may take.
    public init(_ plan: CheckPlan, limit: Duration = .seconds(20)) {
        self.plan = plan
        self.limit = limit
    }

    /// Lends an examiner, and waits.
    ///
    /// - Throws: what the work throws; `CheckingError` that names the expression which did not end.
    public func examine<Result: Sendable>(
        _ work: @escaping @Sendable (Examiner) throws -> Result
    ) throws -> Result {
        let examiner = idle.withLock { $0.popLast() } ?? WatchedExaminer(plan)
        let answer = Answer<Result>()
        let thread = Thread {
            answer.result = Swift.Result { try work(examiner.examiner) }
            answer.isThere.signal()
        }
        // jq recurses.
        thread.stackSize = 16 << 20
        thread.start()
        while answer.isThere.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            if let origin = examiner.overdue(after: limit) {
                throw CheckingError(
                    "\(origin): the jq expression did not end within \(limit.spelled); one that repeats "
                        + "without end, or over very long lists, cannot be used here")
            }
        }
        idle.withLock { $0.append(examiner) }
        guard let result = answer.result else { throw CheckingError("nothing was examined") }
        return try result.get()
    }

    /// Written before the signal and read behind it.
    private final class Answer<Result: Sendable>: Sendable {
        nonisolated(unsafe) var result: Swift.Result<Result, any Error>?
        let isThere = DispatchSemaphore(value: 0)
    }
}

/// An examiner, and which expression it is at since when.
private final class WatchedExaminer: Sendable {
    private struct State {
        var origin: String?
        var since = ContinuousClock.now
    }

    private final class Watch: Sendable {
        private let state = Mutex(State())

        func note(_ origin: String?) {
            state.withLock { $0 = State(origin: origin) }
        }

        func overdue(after limit: Duration) -> String? {
            let state = state.withLock { $0 }
            return state.since.duration(to: .now) > limit ? state.origin : nil
        }
    }

    /// Of one thread at a time: who took it out of the idle ones.
    nonisolated(unsafe) let examiner: Examiner
    private let watch = Watch()

    init(_ plan: CheckPlan) {
        examiner = Examiner(plan, watching: { [watch] in watch.note($0) })
    }

    func overdue(after limit: Duration) -> String? { watch.overdue(after: limit) }
}
