import Configuration
import Records

@testable import Perturbation

/// One window under a plan, without the forming of windows around it.
struct OneWindow {
    static let source = TopicPartition("orders", 0)

    /// What becomes of these records in a window that starts at the first of them.
    static func outcome(_ rules: [Rule], seed: String, _ records: [Record]) throws -> Outcome {
        var block = RecordBlock(source: source, reservingBytes: 1 << 14)
        for record in records { try block.append(record) }
        return outcome(rules, seed: seed, block)
    }

    static func outcome(_ rules: [Rule], seed: String, _ block: RecordBlock) -> Outcome {
        var perturber = Perturber(plan: Plan(seed: seed, rules: rules), source: block.source)
        var outcome = Outcome()
        perturber.perturb(block, start: block.entries.first?.offset ?? 0, into: &outcome)
        return outcome
    }

    /// Records 0, 1, … with the given keys and a value of eight bytes.
    static func records(keys: [String?]) throws -> RecordBlock {
        var block = RecordBlock(source: source, reservingBytes: 1 << 14)
        for (index, key) in keys.enumerated() {
            try block.append(
                Record(
                    source: source, offset: Offset(index), timestamp: .create(Int64(index)),
                    key: key.map { Array($0.utf8) }, value: Array("12345678".utf8)))
        }
        return block
    }

    static func records(_ count: Int) throws -> RecordBlock {
        try records(keys: (0..<count).map { "k\($0)" })
    }
}

extension Outcome {
    /// Slots of the originals in output order.
    var order: [Int32] { deliveries.filter { $0.copy == 0 }.map(\.slot) }
}

extension Ratio {
    static func of(_ numerator: Int, _ denominator: Int) throws -> Ratio {
        guard let ratio = Ratio(numerator, denominator) else {
            throw ValueError(found: "\(numerator)/\(denominator)", accepted: "a ratio")
        }
        return ratio
    }
}

/// Pearson's statistic for equally likely cells, and whether it lies where 99.9% of all fall on either
/// side: cells that are too even are as suspicious as uneven ones.
struct ChiSquare: CustomStringConvertible {
    let statistic: Double
    let degrees: Int

    init(counts: [Int]) {
        let total = counts.reduce(0, +)
        let expected = Double(total) / Double(counts.count)
        statistic = counts.reduce(0) { sum, count in
            sum + (Double(count) - expected) * (Double(count) - expected) / expected
        }
        degrees = counts.count - 1
    }

    /// Quantiles by Wilson and Hilferty's approximation (1931), z = 3.09 on either side.
    var isPlausible: Bool { (quantile(-3.09)...quantile(3.09)).contains(statistic) }

    private func quantile(_ z: Double) -> Double {
        let part = 2 / (9 * Double(degrees))
        let root = 1 - part + z * part.squareRoot()
        return max(0, Double(degrees) * root * root * root)
    }

    var description: String {
        "chi-square \(statistic) with \(degrees) degrees of freedom, "
            + "plausible from \(quantile(-3.09)) to \(quantile(3.09))"
    }
}

/// Whether `count` hits of `trials` fit the probability: within 4 standard deviations.
func fits(_ count: Int, of trials: Int, _ probability: Ratio) -> Bool {
    let p = Double(probability.numerator) / Double(probability.denominator)
    let mean = Double(trials) * p
    return abs(Double(count) - mean) <= 4 * (mean * (1 - p)).squareRoot()
}
