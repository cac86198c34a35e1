extension Simulator {
    /// How long it is until the next attempt.
    ///
    /// - Parameters:
    ///   - failures: of the message before this one; what is drawn depends on it and on the message.
    ///   - first: how many failures there were when the delays began that follow from each other.
    mutating func delay(_ entry: RetryEntry, _ number: Int64, _ failures: Int32, since first: Int32)
        -> Int64
    {
        let time = latencies[Int(entry.latency)].draw(entry.stream, number, failures)
        // Beside the draw of the time itself.
        let bits = { (step: Int32) in entry.stream.bits(number, -1 - step) }
        switch entry.jitter {
        case .none: return time
        case .full: return Self.uniform(0, time, bits(failures))
        case .equal: return time / 2 + Self.uniform(0, time - time / 2, bits(failures))
        case .decorrelated:
            var delay = entry.base
            for step in first...max(first, failures) {
                let (high, isOver) = delay.multipliedReportingOverflow(by: 3)
                delay = min(
                    entry.cap, Self.uniform(entry.base, isOver ? entry.cap : high, bits(step)))
            }
            return delay
        }
    }

    /// Uniform over low ... high.
    private static func uniform(_ low: Int64, _ high: Int64, _ bits: UInt64) -> Int64 {
        guard high > low else { return low }
        return low + Int64(truncatingIfNeeded: RandomStream.below(UInt64(high - low) + 1, bits))
    }
}
