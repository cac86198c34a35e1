import Configuration
import Perturbation

extension Plan {
    /// The plan of a hunt that names none: short windows, records moved by up to four places, some delivered
    /// again at any later place, some chains held back. Nothing is dropped: to Kafka's consumers no record
    /// is lost.
    public static let hunting = Plan(
        seed: "hunt", window: WindowShape(records: 4...16),
        rules: [
            Rule(name: "reorder", action: .order(.displacement(4))),
            Rule(
                name: "repeat",
                action: .duplicate(tenPercent, copies: 1...2, placement: .anywhere)),
            Rule(name: "hold", action: .delay(tenPercent, .exponential(meanUs: 20_000))),
        ])

    private static let tenPercent = Ratio(1, 10) ?? .zero
}

extension Hunt.Settle {
    public init() {
        self.init(
            quiet: .milliseconds(400), unread: .seconds(15), limit: .seconds(60),
            transactions: .seconds(90))
    }

    init?(reading section: Section) {
        self.init()
        quiet = section.optional("quiet", as: .duration, default: quiet)
        unread = section.optional("unread", as: .duration, default: unread)
        limit = section.optional("limit", as: .duration, default: limit)
        if quiet >= limit {
            (section["quiet"] ?? section["limit"])?.problem(
                "no trial could settle: quiet (\(quiet.spelled)) is not below limit (\(limit.spelled))",
                accepted: "write a longer limit, or a shorter quiet")
        }
        transactions = section.optional("transactions", as: .duration, default: transactions)
    }
}

extension Hunt.Budget {
    public init() {
        self.init(trials: 50, time: nil, calibration: 3, shrinking: 400, clusters: 4)
    }

    init?(reading section: Section) {
        self.init()
        trials = section.optional("trials", as: .integer.within(1...1_000_000), default: trials)
        time = section.optional("time", as: .duration)
        calibration = section.optional(
            "calibration", as: .integer.within(1...100), default: calibration)
        shrinking = section.optional(
            "shrinking", as: .integer.within(0...1_000_000), default: shrinking)
        clusters = section.optional("clusters", as: .integer.within(1...1000), default: clusters)
    }
}

extension Hunt.Confirmation {
    public static let standard = Hunt.Confirmation(needed: 4, runs: 5)
}
