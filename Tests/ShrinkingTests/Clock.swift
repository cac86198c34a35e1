import Synchronization

/// A clock that a test winds on.
final class Clock: Sendable {
    private let left: Mutex<Int>

    init(ticks: Int) { left = Mutex(ticks) }

    func tick() { left.withLock { $0 -= 1 } }

    var isOver: Bool { left.withLock { $0 <= 0 } }
}
