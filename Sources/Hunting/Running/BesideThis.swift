import Foundation
import Synchronization

/// Work on a thread of its own, whose result is waited for when it is needed.
final class BesideThis<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () throws -> Value) {
        let thread = Thread { [self] in
            let ended = Result { try work() }
            result.withLock { $0 = ended }
            done.signal()
        }
        thread.stackSize = 2 << 20
        thread.start()
    }

    /// - Throws: what the work threw.
    func value() throws -> Value {
        done.wait()
        defer { done.signal() }
        guard let result = result.withLock({ $0 }) else { throw HuntError(.stopped, "stopped") }
        return try result.get()
    }
}
