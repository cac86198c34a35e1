extension Duration {
    /// Whole milliseconds as the C library takes them: rounded up, so that a short wait is not none,
    /// never negative (the library's "for ever"), and at most 24 days.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        if seconds >= 2_000_000 { return 2_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

/// A moment after which a loop of retries gives up.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(in timeout: Duration) { end = ContinuousClock.now + timeout }

    var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: end)) }
    var hasPassed: Bool { ContinuousClock.now >= end }
}
