import Foundation

/// Work on a thread of its own, whose result is waited for when it is needed.
final class BesideThis<Value>: Sendable {
    private nonisolated(unsafe) var result: Result<Value, any Error>?
    private let done = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () throws -> Value) {
        let thread = Thread { [self] in
            result = Result { try work() }
            done.signal()
        }
        thread.stackSize = 2 << 20
        thread.start()
    }

    /// - Throws: what the work threw.
    func value() throws -> Value {
        done.wait()
        defer { done.signal() }
        guard let result else { throw HuntError(.stopped, "stopped") }
        return try result.get()
    }
}
