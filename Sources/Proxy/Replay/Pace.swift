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

/// Waits until each delivery is due.
struct Pacer {
    private let pace: Pace
    private let beganNs = ArrivalClock.monotonic()
    private var firstArrivalNs: UInt64?
    private var delivered = 0
    private var lastDue: [TopicPartition: UInt64] = [:]

    init(_ pace: Pace) { self.pace = pace }

    /// Nanoseconds to wait before a delivery of the piece.
    mutating func wait(for delivery: Delivery, of piece: ReplayPiece) -> UInt64 {
        defer { delivered += 1 }
        let due: UInt64
        switch pace {
        case .full: return 0
        case .rate(let perSecond): due = beganNs + UInt64(Double(delivered) / perSecond * 1e9)
        case .recorded(let factor):
            let entries = piece.records.entries
            let arrived = entries[Int(delivery.slot)].arrivalNs
            let first = firstArrivalNs ?? entries[0].arrivalNs
            firstArrivalNs = first
            let released = piece.lastSlot.map { entries[$0].arrivalNs } ?? arrived
            let delayed = arrived &+ UInt64(delivery.delayMicroseconds) &* 1000
            let previous = lastDue[piece.records.source] ?? 0
            let logical = max(previous, released, delayed)
            lastDue[piece.records.source] = logical
            let after = logical > first ? Double(logical - first) * factor : 0
            due = beganNs + UInt64(min(after, 1e18))
        }
        let now = ArrivalClock.monotonic()
        return due > now ? due - now : 0
    }

    static func sleep(_ nanoseconds: UInt64) {
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&time, nil)
    }
}
