import Simulation

/// A result of mathematics, or a published figure, that the simulation must reproduce.
public struct OracleRow: Sendable {
    public enum Tolerance: Sendable {
        /// Equality for every seed.
        case exact
        /// The value lies in the 99% interval of 20 seeds' means, whose half-width is at most this share
        /// of it.
        case interval(halfWidth: Double)
        /// The mean of all seeds lies within this share of the value.
        case within(Double)
        /// The 99% interval of the seeds' mean lies above the value.
        case more
    }

    public struct Check: Sendable {
        public let name: String
        public let value: Double
        public let tolerance: Tolerance
        /// Needs more messages than a reduced run has.
        public let isLong: Bool
        public let measure: @Sendable (RunResult) -> Double

        public init(
            _ name: String, _ value: Double, _ tolerance: Tolerance = .interval(halfWidth: 0.01),
            isLong: Bool = false, _ measure: @escaping @Sendable (RunResult) -> Double
        ) {
            self.isLong = isLong
            self.name = name
            self.value = value
            self.tolerance = tolerance
            self.measure = measure
        }
    }

    public let id: String
    /// The case in a few words.
    public let title: String
    /// The closed form, or where the figure is from.
    public let source: String
    /// The topology, as a user would write it.
    public let yaml: String
    /// Messages of a seed; nil: the topology says how long it runs.
    public let messages: Int?
    /// Messages of a seed where a wrong engine shall be found in little time; nil: it needs many.
    public let fewMessages: Int?
    public let checks: [Check]

    public init(
        _ id: String, _ title: String, _ source: String, messages: Int?, few: Int? = 4000,
        yaml: String, _ checks: [Check]
    ) {
        self.id = id
        self.title = title
        self.source = source
        self.yaml = yaml
        self.messages = messages
        fewMessages = few
        self.checks = checks
    }
}

/// What is read off a run. Times in milliseconds.
public enum Measure {
    public static let sojourn: @Sendable (RunResult) -> Double = { $0.sojourn.mean / 1e6 }
    public static let wait: @Sendable (RunResult) -> Double = { $0.wait.mean / 1e6 }
    public static let spread: @Sendable (RunResult) -> Double = {
        $0.sojourn.standardDeviation / 1e6
    }
    public static let present: @Sendable (RunResult) -> Double = { $0.meanPresent }
    public static let goodput: @Sendable (RunResult) -> Double = { $0.goodput }
    public static let makespan: @Sendable (RunResult) -> Double = { Double($0.endNs) / 1e9 }

    public static func quantile(_ share: Double) -> @Sendable (RunResult) -> Double {
        { ($0.histogram.quantile(share) ?? 0) / 1e6 }
    }

    public static func share(
        _ part: KeyPath<Counts, Int> & Sendable, of whole: KeyPath<Counts, Int> & Sendable
    ) -> @Sendable (RunResult) -> Double {
        { result in
            Double(result.measured[keyPath: part])
                / Double(max(1, result.measured[keyPath: whole]))
        }
    }

    /// The share of messages with so many effects.
    public static func effects(_ counts: ClosedRange<Int>) -> @Sendable (RunResult) -> Double {
        { result in
            let all = result.measured.messagesByEffects
            return Double(all[counts].reduce(0, +)) / Double(max(1, all.reduce(0, +)))
        }
    }
}
