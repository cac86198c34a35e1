#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Times of arrival: nanoseconds since 1970, each greater than all before, also over restarts, so that
/// every reader's order of a recording is the order of arrival.
struct ArrivalClock {
    private var last: UInt64

    /// - Parameter last: the greatest time that is in use already.
    init(after last: UInt64) { self.last = last }

    mutating func next(at now: UInt64) -> UInt64 {
        last = max(now, last + 1)
        return last
    }

    /// Nanoseconds since 1970.
    static func now() -> UInt64 { read(CLOCK_REALTIME) }

    /// Nanoseconds of a clock that never goes back.
    static func monotonic() -> UInt64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
