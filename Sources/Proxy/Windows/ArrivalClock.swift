#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Times of arrival: nanoseconds since 1970, each greater than all before, also over restarts, so that
/// every reader's order of a recording is the order of arrival.
///
/// They follow the clock that never goes back from when this one was made: a step of the system's time
/// neither turns arrivals round nor puts off what is due.
struct ArrivalClock {
    private var last: UInt64
    /// What turns a time of the monotonic clock into one since 1970.
    private let epochNs: UInt64

    /// - Parameter last: the greatest time that is in use already.
    init(after last: UInt64) {
        self.last = last
        epochNs = Self.read(CLOCK_REALTIME) &- Self.monotonic()
    }

    /// - Parameter now: a time of the monotonic clock.
    @inline(__always)
    mutating func next(at now: UInt64) -> UInt64 {
        last = max(now &+ epochNs, last + 1)
        return last
    }

    /// Nanoseconds of a clock that never goes back.
    static func monotonic() -> UInt64 { read(CLOCK_MONOTONIC) }

    /// Does nothing for a while.
    static func rest(ns: UInt64) {
        var time = timespec(tv_sec: Int(ns / 1_000_000_000), tv_nsec: Int(ns % 1_000_000_000))
        nanosleep(&time, nil)
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
