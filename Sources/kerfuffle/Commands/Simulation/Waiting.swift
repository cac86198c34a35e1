import Dispatch
import Synchronization

/// The result of work that others do meanwhile; the thread waits, and is none of those that work runs on.
func finished<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
    let box = Outcome<Value>()
    Task.detached {
        let value = await work()
        box.value.withLock { $0 = value }
        box.isDone.signal()
    }
    while true {
        box.isDone.wait()
        if let value = box.value.withLock({ $0 }) { return value }
    }
}

private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
    let isDone = DispatchSemaphore(value: 0)
}
