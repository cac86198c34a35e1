import Foundation

extension TrialRun {
    /// For so long nothing is shown by a system that has nothing to do: longer than a fetch that finds nothing waits
    /// (`fetch.wait.max.ms`, 500 ms by default).
    private static let idleTime = Duration.seconds(1)

    /// Waits until everything that was fed is committed, or nothing was shown for longer than a fetch waits: what is fed
    /// next is taken behind it then. All such waits of a trial together take no longer than `settle.limit`.
    func awaitTurn() throws {
        let start = now
        defer { turnTime += start.duration(to: now) }
        var (last, since) = (signs, start)
        while ending == nil, turnTime + start.duration(to: now) < hunt.settle.limit {
            let still = since.duration(to: now)
            if still >= Self.idleTime { return }
            if still >= .milliseconds(20), try ends.keys.allSatisfy(isCommitted) { return }
            try turn(.milliseconds(5))
            let current = signs
            // Who waits for an answer is at work.
            if current != last || sinks.values.contains(where: \.isHolding) {
                (last, since) = (current, now)
            }
        }
    }
}
