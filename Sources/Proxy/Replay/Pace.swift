import Perturbation
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How fast a replay goes.
public enum Pace: Hashable, Sendable {
    case full
    /// So many deliveries a second.
    case rate(Double)
    /// The recorded gaps times this factor; 0.5 is twice as fast.
    case recorded(factor: Double)
}

/// The time that a replay goes by.
public struct ReplayClock {
    /// Nanoseconds of a clock that never goes back.
    public var now: () -> UInt64
    /// Waits about so many nanoseconds.
    public var sleep: (UInt64) -> Void

    public init(now: @escaping () -> UInt64, sleep: @escaping (UInt64) -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's.
    public static var system: ReplayClock {
        ReplayClock(now: ArrivalClock.monotonic) { nanoseconds in
            var time = timespec(
                tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
            nanosleep(&time, nil)
        }
    }
}

/// When each delivery is due, in nanoseconds from the beginning of the replay.
struct Pacer {
    private let pace: Pace
    private var firstArrivalNs: UInt64?
    private var delivered = 0
    /// When the last delivery of each partition was due, in recorded time.
    private var lastDue: [TopicPartition: UInt64] = [:]
    /// A hundred years: what is later than that never comes.
    private static let latest = 3e18

    init(_ pace: Pace) { self.pace = pace }

    var isFull: Bool { pace == .full }

    /// - Returns: max(due of the partition's delivery before, when its window was complete, arrival +
    ///   delay) since the first record's arrival, times the pace's factor; or by the count, at a rate.
    mutating func due(_ delivery: Delivery, of piece: ReplayPiece) -> UInt64 {
        defer { delivered += 1 }
        switch pace {
        case .full: return 0
        case .rate(let perSecond):
            return UInt64(min(Double(delivered) / perSecond * 1e9, Self.latest))
        case .recorded(let factor):
            let entries = piece.records.entries
            let arrived = entries[Int(delivery.slot)].arrivalNs
            let first = firstArrivalNs ?? entries[0].arrivalNs
            firstArrivalNs = first
            let released = piece.lastSlot.map { entries[$0].arrivalNs } ?? arrived
            let delay = UInt64(max(0, delivery.delayMicroseconds)).multipliedReportingOverflow(
                by: 1000)
            let late = arrived.addingReportingOverflow(delay.partialValue)
            let delayed = delay.overflow || late.overflow ? UInt64.max : late.partialValue
            let due = max(lastDue[piece.records.source] ?? 0, released, delayed)
            lastDue[piece.records.source] = due
            return due > first ? UInt64(min(Double(due - first) * factor, Self.latest)) : 0
        }
    }
}
