import Foundation

/// Trials whose systems are started and ready and that wait for their input.
final class StartedTrials: Sendable {
    /// What a system knows of its trial before it is fed.
    struct Key: Hashable, Sendable {
        var system: SystemUnderTest
        var number: Int
        var seed: String
    }

    private struct Shelf {
        var wanted = 0
        var start: (@Sendable () throws -> TrialRun)?
        var ready: [TrialRun] = []
        var starting = 0
        /// Those who wait for one.
        var waiting = 0
    }

    private nonisolated(unsafe) var shelves: [Key: Shelf] = [:]
    private let condition = NSCondition()

    /// Keeps so many started from now on.
    func keep(_ count: Int, of key: Key, start: @escaping @Sendable () throws -> TrialRun) {
        condition.withLock {
            shelves[key, default: Shelf()].wanted = count
            shelves[key]?.start = start
            refill(key)
        }
        attend(key)
    }

    /// Systems that wait ask their brokers for records all the time, and each request is a line of the broker's log:
    /// these are taken from it, for each line is put in its place among all that nobody took.
    private func attend(_ key: Key) {
        let thread = Thread { [self] in
            while condition.withLock({
                for run in shelves[key]?.ready ?? [] { run.broker.poll() }
                return (shelves[key]?.wanted ?? 0) > 0
            }) { usleep(20_000) }
        }
        thread.start()
    }

    /// One that is ready, or that will be soonest; where none is kept, a new one.
    func take(_ key: Key, start: () throws -> TrialRun) throws -> TrialRun {
        condition.lock()
        shelves[key]?.waiting += 1
        while let shelf = shelves[key], shelf.wanted > 0 {
            if !shelf.ready.isEmpty {
                let run = shelves[key]?.ready.removeFirst()
                shelves[key]?.waiting -= 1
                refill(key)
                condition.unlock()
                if let run { return run }
                return try start()
            }
            if shelf.starting < shelf.waiting { break }
            condition.wait()
        }
        shelves[key]?.waiting -= 1
        condition.unlock()
        return try start()
    }

    /// Ends what was started and not used; what is being started is ended then.
    func empty(_ key: Key) {
        let left = condition.withLock {
            let left = shelves[key]?.ready ?? []
            shelves[key]?.ready = []
            shelves[key]?.wanted = 0
            condition.broadcast()
            return left
        }
        for run in left { run.discard() }
    }

    /// With the lock held.
    private func refill(_ key: Key) {
        guard let shelf = shelves[key], let start = shelf.start else { return }
        for _ in 0..<max(0, shelf.wanted - shelf.ready.count - shelf.starting) {
            shelves[key]?.starting += 1
            let thread = Thread { [self] in
                // Who takes one meets the error again in its own start.
                let run = try? start()
                let isWanted = condition.withLock {
                    shelves[key]?.starting -= 1
                    let isWanted = (shelves[key]?.wanted ?? 0) > 0
                    if let run, isWanted { shelves[key]?.ready.append(run) }
                    condition.broadcast()
                    return isWanted
                }
                if !isWanted { run?.discard() }
            }
            thread.stackSize = 2 << 20
            thread.start()
        }
    }
}
