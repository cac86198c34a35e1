/// What comes again and again by itself, and keeps a run going in which nothing else happens: timers that commit
/// positions, and renewals of leases.
struct Ticks {
    /// The event that the last one was.
    fileprivate var latest: UInt64 = 0
    /// How many came one after the other with no other event in between, and when the first of them came.
    fileprivate var count = 0
    fileprivate var since: Int64 = 0
}

extension Simulator {
    /// A tick that changed nothing but its own time. Where all that will ever happen are more of them, the run is
    /// over, as of the first of them.
    ///
    /// - Complexity: O(1), amortized; O(processes) once as many ticks have come with nothing in between.
    mutating func noteTick() {
        if events != ticks.latest &+ 1 { (ticks.count, ticks.since) = (0, now) }
        ticks.latest = events
        ticks.count += 1
        guard ticks.count > processes.used, horizon == .max else { return }
        ticks.count = 0
        guard processes.inUse().allSatisfy({ processes[$0].awaited == 0 || isTick($0) }) else {
            return
        }
        result.standstill = .nothingWillCome
        isOver = true
        now = ticks.since
    }

    /// Whether a process that waits for its time is a timer that ticks on.
    private mutating func isTick(_ process: Int32) -> Bool {
        switch processes[process].kind {
        case .chore: return processes[process].counter == Chore.commit.rawValue
        case .lease:
            // One whose holder is gone, or cannot renew it, will end.
            let holder = locks[Int(processes[process].counter)][processes[process].lock].holder
            return processes[process].began < .max && holder >= 0 && holder != Int32.max
                && reachesStores(processes[holder]) <= now
        default: return false
        }
    }
}
