/// How long records took, as counts between fixed bounds.
public struct LatencyHistogram: Sendable {
    /// Upper bounds in seconds, rising; what took longer than the last is counted behind it.
    public static let bounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]
    private static let boundsNs = bounds.map { UInt64($0 * 1e9) }

    /// One more than there are bounds.
    public private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    public private(set) var sumSeconds = 0.0

    public init() {}

    /// - Complexity: O(1): the number of bounds.
    mutating func observe(_ nanoseconds: UInt64, count: Int) {
        let index = Self.boundsNs.firstIndex { nanoseconds <= $0 } ?? Self.boundsNs.count
        counts[index] += UInt64(count)
        sumSeconds += Double(nanoseconds) * 1e-9 * Double(count)
    }
}

/// When the records of a batch arrived: few numbers for many records.
struct Arrivals {
    /// Arrival on the monotonic clock in ticks of 2^17 ns (131 µs), and how many came within it.
    private var runs: [(tick: UInt64, count: Int)] = []

    mutating func note(_ window: WindowBuffer) {
        guard let first = window.block.entries.first else { return }
        let base = window.openedNs &- first.arrivalNs
        for entry in window.block.entries {
            let tick = (base &+ entry.arrivalNs) >> 17
            if let last = runs.last, last.tick == tick {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((tick, 1))
            }
        }
    }

    func observe(at now: UInt64, in histogram: inout LatencyHistogram) {
        for run in runs {
            let arrived = run.tick << 17
            histogram.observe(now > arrived ? now - arrived : 0, count: run.count)
        }
    }
}
