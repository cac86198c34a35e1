/// A new version is rolled out: node after node leaves and comes back.
extension Simulator {
    /// The next node leaves as long after the last one's return as that was away.
    mutating func deploy(_ index: Int, _ time: Int64) {
        let unit = faults[index].unit
        let count = stations[unit].nodes.count
        traceFault(.deploy, unit, -1, time)
        faults[index].lastsUntil = max(
            faults[index].lastsUntil, now + time * Int64(2 * count - 1))
        for group in 0..<Int32(count) {
            let timer = makeProcess(.chore)
            processes[timer].counter = Chore.deploy.rawValue
            processes[timer].unit = Int32(unit)
            processes[timer].group = group
            processes[timer].change = time
            schedule(timer, now + 2 * Int64(group) * time, .fault)
        }
    }

    /// One node's turn: it takes nothing more, and is away for a time.
    mutating func deployNode(_ timer: Int32) {
        let (unit, group) = (Int(processes[timer].unit), processes[timer].group)
        let time = processes[timer].change
        free(timer)
        guard openSources > 0 || present > 0 || coming > 0 else { return }
        if stations[unit].membership.isOn { return leave(unit, group, for: time) }
        traceFault(.leave, unit, group, time)
        closeListener(stations[unit].nodes.lowerBound + group, unit, until: now + time)
    }
}
