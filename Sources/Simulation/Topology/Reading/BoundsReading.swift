import Checking
import Configuration

extension TopologyReader {
    /// `bounds: {crashes: 1, redeliveries: 2}` and `forbid: [G2-item]`.
    func bounds() -> Bounds {
        var bounds = Bounds()
        root.section("bounds") { section in
            func count(_ name: String) -> Int? {
                section.optional(name, as: .integer.within(0...Limits.occurrences))
            }
            bounds.crashes = count("crashes")
            bounds.redeliveries = count("redeliveries")
            bounds.rebalances = count("rebalances")
            bounds.expiries = count("expiries")
            bounds.failures = count("failures")
            bounds.duplicates = count("duplicates")
            bounds.timeouts = count("timeouts")
            bounds.evictions = count("evictions")
            bounds.drops = count("drops")
            bounds.corruptions = count("corruptions")
            bounds.deadLetters = count("deadLetters")
            bounds.steps = section.optional(
                "steps", as: .integer.within(1...Limits.explored), default: bounds.steps)
        }
        bounds.forbidden = root.sequence("forbid", as: .word("anomaly"))
        return bounds
    }
}
