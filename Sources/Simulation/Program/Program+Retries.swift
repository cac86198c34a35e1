/// Retry policies, compiled.
extension Program {
    mutating func table(_ policy: RetryPolicy, _ site: String) -> RetryTable {
        let first = retries.count
        var before: RetryEntry?
        for (index, action) in policy.actions.enumerated() {
            let stream = stream("\(site)/\(index)")
            let entry: RetryEntry
            switch action {
            case .requeue: entry = RetryEntry(.requeue, latency: -1, stream)
            case .pause(let time): entry = RetryEntry(.pause, latency: add(time), stream)
            case .inline(let delay): entry = self.entry(.inline, delay, index, before, stream)
            case .schedule(let delay): entry = self.entry(.schedule, delay, index, before, stream)
            }
            retries.append(entry)
            before = entry
        }
        return RetryTable(
            first: Int32(first), count: Int32(policy.actions.count), repeats: policy.repeats,
            discards: policy.ending == .discard)
    }

    private mutating func entry(
        _ code: RetryEntry.Code, _ delay: RetryDelay, _ index: Int, _ before: RetryEntry?,
        _ stream: RandomStream
    ) -> RetryEntry {
        var entry = RetryEntry(code, latency: add(delay.time), stream)
        switch delay.jitter {
        case .none: break
        case .full: entry.jitter = .full
        case .equal: entry.jitter = .equal
        case .decorrelated(let baseUs, let capUs):
            // One chain of delays has one stream.
            if let before, before.jitter == .decorrelated, before.code == code {
                entry = RetryEntry(code, latency: entry.latency, before.stream)
                entry.first = before.first
            } else {
                entry.first = Int32(index)
            }
            entry.jitter = .decorrelated
            entry.base = baseUs * 1000
            entry.cap = min(Latency.longest, Int64(clamping: Int128(capUs) * 1000))
        }
        entry.keepsTurn = delay.keepsTurn
        return entry
    }
}
