import Configuration
import Dispatch
import Simulation
import Synchronization

extension OracleRow {
    public static let all: [OracleRow] =
        QueueRows.all + RetryRows.all + StoreRows.all + LockRows.all + CrashRows.all
        + PublishedRows.all + ClaimRows.all

    /// Those that find a wrong engine in little time.
    public static var reduced: [OracleRow] { all.filter { $0.fewMessages != nil } }

    /// A check and what came out.
    public struct Verdict: Sendable {
        public let check: Check
        public let mean: Double
        /// Of the 99% interval of the mean of 20 seeds.
        public let halfWidth: Double
        public let passes: Bool
    }

    /// Runs the row with 20 seeds, 10 where it is reduced.
    ///
    /// - Parameters:
    ///   - isReduced: with few messages; intervals may then be wider, up to 12%, but must hold the value.
    /// - Throws: `ConfigurationError` where the topology will not do.
    public func verdicts(isReduced: Bool) throws -> [Verdict] {
        let ready = try topology(isReduced: isReduced)
        let checks = checks.filter { !isReduced || !$0.isLong }
        let seeds = isReduced ? 10 : 20
        let all = Mutex([[Double]](repeating: [], count: seeds))
        DispatchQueue.concurrentPerform(iterations: seeds) { seed in
            let result = ready.run(seed: "validation-\(seed)")
            let values = checks.map { $0.measure(result) }
            all.withLock { $0[seed] = values }
        }
        let values = all.withLock { $0 }
        return checks.indices.map { index in
            verdict(checks[index], values.map { $0[index] }, isReduced)
        }
    }

    /// The topology as a file would hold it.
    ///
    /// - Throws: `ConfigurationError`
    public func topology(isReduced: Bool) throws -> Topology {
        var text = yaml
        if let messages {
            let count = "messages: \(isReduced ? fewMessages ?? messages : messages)"
            text =
                text.contains("run: {")
                ? text.replacing("run: {", with: "run: {\(count), ")
                : text + "\nrun: {\(count)}\n"
        }
        return try Topology(yaml: Array(text.utf8), file: id)
    }

    private func verdict(_ check: Check, _ values: [Double], _ isReduced: Bool) -> Verdict {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        // Student's t for 99% and 9 or 19 degrees of freedom.
        let halfWidth = (isReduced ? 3.250 : 2.861) * (variance / count).squareRoot()
        let passes: Bool
        switch check.tolerance {
        case .exact: passes = values.allSatisfy { $0 == check.value }
        case .interval(let widest):
            let most = isReduced ? max(0.12, widest) : widest
            passes =
                abs(mean - check.value) <= halfWidth && halfWidth <= most * abs(check.value)
        case .more: passes = mean - halfWidth > check.value
        case .within(let share):
            let slack = isReduced ? halfWidth : 0
            passes = abs(mean - check.value) <= share * abs(check.value) + slack
        }
        return Verdict(check: check, mean: mean, halfWidth: halfWidth, passes: passes)
    }
}
