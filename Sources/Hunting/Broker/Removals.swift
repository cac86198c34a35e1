import Dispatch
import Foundation

/// What trials on a real cluster leave to be removed: it goes on beside later trials, and the program does not end before
/// it is done. A member that was killed keeps its group until its session ends, which no other trial need wait for.
enum Removals {
    private static let underWay = DispatchGroup()
    private static let places = DispatchSemaphore(value: 16)
    /// `exit` waits for all of them.
    private static let atEnd: Void = { atexit { Removals.finish() } }()

    /// Waits where sixteen are under way.
    static func add(_ remove: @escaping @Sendable () -> Void) {
        _ = atEnd
        places.wait()
        underWay.enter()
        Thread.detachNewThread {
            remove()
            places.signal()
            underWay.leave()
        }
    }

    static func finish() { underWay.wait() }
}
