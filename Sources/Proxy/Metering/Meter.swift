import Dispatch
import Synchronization

/// Where a proxy is looked at.
public typealias ProxyMeter = Meter<ProxySnapshot>

/// Where a replay is looked at.
public typealias ReplayMeter = Meter<ReplaySnapshot>

/// Where the thread of a run and those that look at it meet.
///
/// The run tells in each turn that it lives, which is one store, and gives a snapshot only where one
/// was asked for. The client library's statistics are kept as the text they come as.
public final class Meter<Snapshot: Sendable>: Sendable {
    private struct State {
        var snapshot: Snapshot?
        /// By client and by part of it.
        var statistics: [String: [String: String]] = [:]
        /// Of parts that are gone, by client.
        var past: [String: ClientStatistics] = [:]
    }

    private let state = Mutex(State())
    private let asking = Mutex(())
    private let fresh = DispatchSemaphore(value: 0)
    private let isWanted = Atomic<Bool>(false)
    private let phaseNumber = Atomic<Int>(RunPhase.starting.rawValue)
    private let beatNs: Atomic<UInt64>
    private let allowedNs: Atomic<UInt64>
    private let usualNs: UInt64

    /// - Parameters:
    ///   - turn: how long a turn may usually take before the loop is said to be stuck.
    ///   - start: how long the checks before the first may take.
    public init(turn: Duration = .seconds(30), start: Duration = .seconds(300)) {
        usualNs = turn.wholeNanoseconds
        allowedNs = Atomic(start.wholeNanoseconds)
        beatNs = Atomic(ArrivalClock.monotonic())
    }

    // MARK: From the run's thread

    func turn(_ now: UInt64, _ snapshot: () -> Snapshot) {
        beat(now, allowing: usualNs)
        guard isWanted.load(ordering: .acquiring) else { return }
        let current = snapshot()
        state.withLock { $0.snapshot = current }
        isWanted.store(false, ordering: .releasing)
        fresh.signal()
    }

    /// What comes next may wait for a broker for so long, as it was told to.
    func expect(_ duration: Duration) {
        beat(ArrivalClock.monotonic(), allowing: usualNs + duration.wholeNanoseconds)
    }

    func enter(_ phase: RunPhase) { phaseNumber.store(phase.rawValue, ordering: .relaxed) }

    /// - Parameter part: which one, where several clients do one job together.
    func note(statistics: String, of client: String, part: String = "") {
        state.withLock { $0.statistics[client, default: [:]][part] = statistics }
    }

    /// That part of the client is gone; its totals stay.
    func forget(_ part: String, of client: String) {
        let text = state.withLock { $0.statistics[client]?.removeValue(forKey: part) }
        guard let last = text.flatMap({ ClientStatistics(json: $0) })?.past else { return }
        state.withLock { if $0.past[client]?.add(last) == nil { $0.past[client] = last } }
    }

    private func beat(_ now: UInt64, allowing duration: UInt64) {
        allowedNs.store(duration, ordering: .relaxed)
        beatNs.store(now, ordering: .releasing)
    }

    // MARK: From any thread

    public var phase: RunPhase {
        RunPhase(rawValue: phaseNumber.load(ordering: .relaxed)) ?? .starting
    }

    /// How long the proxy's thread has been at what it does, and how long it may be.
    public var pulse: (silence: Duration, allowed: Duration) {
        let beat = beatNs.load(ordering: .acquiring)
        let now = ArrivalClock.monotonic()
        return (
            .nanoseconds(Int64(clamping: now > beat ? now - beat : 0)),
            .nanoseconds(Int64(clamping: allowedNs.load(ordering: .relaxed)))
        )
    }

    /// A snapshot of now where the run's thread gives one in time, the latest otherwise; nil where
    /// there never was one.
    public func snapshot(within patience: Duration) -> Snapshot? {
        asking.withLock { _ in
            guard phase == .running else { return }
            while fresh.wait(timeout: .now()) == .success {}
            isWanted.store(true, ordering: .releasing)
            let nanoseconds = Int(clamping: patience.wholeNanoseconds)
            _ = fresh.wait(timeout: .now() + .nanoseconds(nanoseconds))
        }
        return state.withLock { $0.snapshot }
    }

    /// What the client library told last, by client: `consumer`, `producer`.
    ///
    /// - Complexity: O(bytes of all of it): it is read only here.
    public func clientStatistics() -> [String: ClientStatistics] {
        let (texts, past) = state.withLock { ($0.statistics, $0.past) }
        var sums = past
        for (client, parts) in texts {
            for statistics in parts.values.compactMap({ ClientStatistics(json: $0) }) {
                if sums[client]?.add(statistics) == nil { sums[client] = statistics }
            }
        }
        return sums
    }
}
