/// Where a run has settled, by MSER-5 (White, An effective truncation heuristic for bias reduction in simulation
/// output, Simulation 69, 1997): of all points between batches of five at which the front could be cut off, the
/// one that leaves the least standard error of the mean of what is left.
enum MSER {
    static let batch = 5

    /// - Parameter values: in the order of time.
    /// - Returns: how many values to cut off; nil where the best point lies in the second half, or there are
    ///   fewer than 20 values: then the series is too short to tell.
    /// - Complexity: O(n)
    static func cut(_ values: [Double]) -> Int? {
        let count = values.count / batch
        guard count >= 4 else { return nil }
        let means = (0..<count).map { index in
            values[index * batch..<(index + 1) * batch].reduce(0, +) / Double(batch)
        }
        // From the back: the sum and the sum of squared deviations of what is left (Welford, 1962).
        var (n, mean, deviations) = (0.0, 0.0, 0.0)
        var best: (point: Int, statistic: Double)?
        for point in stride(from: count - 1, through: 0, by: -1) {
            n += 1
            let delta = means[point] - mean
            mean += delta / n
            deviations += delta * (means[point] - mean)
            // With one or two batches left nothing varies.
            guard count - point >= 4 else { continue }
            let statistic = deviations / (n * n)
            if statistic <= best?.statistic ?? .infinity { best = (point, statistic) }
        }
        guard let best, best.point * 2 <= count else { return nil }
        return best.point * batch
    }
}

/// What was cut off a run's front before anything was measured.
public enum WarmUpCut: Hashable, Sendable {
    /// A share that the topology says.
    case share
    /// So many messages, by MSER-5.
    case settled(after: Int)
    /// MSER-5 found no point in the first half: nothing is cut, and the run is too short.
    case unsettled
}

/// The times in the system of messages, to be brought into the order of their arrival.
struct SojournSeries {
    private var entries: [(sequence: Int64, time: Int64)] = []

    mutating func add(_ sequence: Int64, _ time: Int64) { entries.append((sequence, time)) }

    /// - Complexity: O(n log n)
    var inOrder: [Double] {
        entries.sorted { $0.sequence < $1.sequence }.map { Double($0.time) }
    }
}
