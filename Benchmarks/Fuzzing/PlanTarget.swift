import Perturbation
import Records

/// Plans: what one says is said again by its canonical text, and windows can be perturbed by it.
final class PlanTarget: FuzzTarget {
    private let records: RecordBlock
    private let source = TopicPartition("orders", 1)

    init() throws {
        var block = RecordBlock(source: source)
        for index in 0..<12 {
            try block.append(
                Record(
                    source: source, offset: Offset(index * index),
                    timestamp: .create(1_700_000_000_000 + Int64(index)),
                    key: index == 3 ? nil : Array("k\(index % 4)".utf8),
                    value: index == 5 ? nil : Array("{\"a\":{\"b\":[\(index),\"x\"]}}".utf8),
                    headers: [Header("h", "\(index)")]))
        }
        records = block
    }

    func take(_ bytes: [UInt8]) throws {
        let plan: Plan
        do { plan = try PlanDocument(yaml: bytes, file: "plan").plan } catch { return }
        let text = plan.canonicalText
        guard try Plan(yaml: Array(text.utf8), file: "again") == plan else {
            throw Broken("a plan that is written is another plan: \(text)")
        }
        var perturber = Perturber(plan: plan, source: source)
        guard plan.window.records.contains(perturber.windowLength(at: 7)) else {
            throw Broken("a window longer or shorter than the plan's")
        }
        if asksForMuch(plan) { return }
        var outcome = Outcome()
        perturber.perturb(records, start: 0, into: &outcome)
        let again = try Outcome(applying: outcome.decisions, to: records.count)
        guard again.deliveries == outcome.deliveries else {
            throw Broken("the decisions give other deliveries: \(text)")
        }
    }

    /// Copies by the million are legal and slow.
    private func asksForMuch(_ plan: Plan) -> Bool {
        plan.rules.contains { rule in
            if case .duplicate(_, let copies, _) = rule.action {
                copies.upperBound > 1000
            } else {
                false
            }
        }
    }
}
