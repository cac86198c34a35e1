/// When processes are resumed, and where they come from and go.
extension Simulator {
    /// In nanoseconds, 73 years: nothing happens later.
    static var endOfTime: Int64 { Int64.max / 4 }

    /// Has a process resumed at a time; what it awaited before it does not any more.
    @inline(__always)
    mutating func schedule(
        _ process: Int32, _ time: Int64, _ order: EventQueue.Class = .step
    ) {
        let limited = min(time, Self.endOfTime)
        processes[process].due = limited
        processes[process].awaited = queue.push(limited, Int(process), order)
    }

    /// The same for arrivals, and for what takes a constant time: who began first is mostly done first.
    @inline(__always)
    mutating func scheduleInLine(
        _ process: Int32, _ time: Int64, _ order: EventQueue.Class = .step
    ) {
        let limited = min(time, Self.endOfTime)
        processes[process].due = limited
        processes[process].awaited = queue.pushInLine(limited, Int(process), order)
    }

    /// A new process, its registers blank.
    mutating func makeProcess(_ kind: Process.Kind) -> Int32 {
        let process = processes.take()
        processes[process].kind = kind
        if Int(process) >= roomForProcesses { makeRoom(for: process) }
        result.mostProcesses = max(result.mostProcesses, processes.used)
        return process
    }

    /// A process that there never was before has room in all columns.
    @inline(never)
    private mutating func makeRoom(for process: Int32) {
        let last = (Int(process) + 1) * registers
        values.reach(last)
        versions.reach(last)
        kept.reach(last)
        asked.reach(Int(process))
        busyTimes.reach(Int(process))
        roomForProcesses = Int(process) + 1
    }

    @inline(__always)
    mutating func free(_ process: Int32) {
        processes[process].awaited = 0
        processes.giveBack(process)
    }
}
