import Configuration
import Perturbation

extension Plan {
    /// Windows of these lengths, the other rules of the standard plan, and no clock.
    static func windows(
        _ records: ClosedRange<Int>, maxWait: Duration? = nil, bytes: Int = 1 << 20,
        rules: [Rule]? = nil
    ) -> Plan {
        Plan(
            seed: "tests", window: WindowShape(records: records, bytes: bytes, maxWait: maxWait),
            rules: rules ?? Plan.standard.rules)
    }
}

extension Rule {
    /// Delays every delivery.
    static func delay(_ time: DurationDistribution) -> Rule {
        Rule(name: "delay", action: .delay(Ratio(1, 1) ?? .zero, time))
    }
}
