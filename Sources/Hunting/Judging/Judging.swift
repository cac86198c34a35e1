import Checking
import Configuration

/// What must hold of what a trial shows, and what of it is noise.
public struct Judging: Sendable {
    public let plan: CheckPlan

    /// Whether an invariant holds variants against a baseline under the same workload.
    var needsBaseline: Bool {
        plan.invariants.contains { invariant in
            switch invariant.rule {
            case .idempotent, .commutative, .convergence(with: nil), .metamorphic, .custom: true
            case .exactlyOnceEffect, .noLoss, .noInvention, .fifoPerKey, .monotonicReads,
                .convergence, .conservation, .boundedStaleness, .readYourWrites, .uniqueness:
                false
            }
        }
    }

    /// What is broken, in the order of the hunt file.
    ///
    /// - Parameters:
    ///   - baseline: normalised (``normalised(_:)``).
    ///   - answer: runs a command of a custom invariant on its question.
    /// - Throws: `CheckingError` where a rule fails on a record; what `answer` throws.
    func breaches(
        _ variant: Evidence, baseline: Evidence?, answer: ([String], [UInt8]) throws -> [UInt8]
    ) throws -> [Breach] {
        let examiner = Examiner(plan)
        let normalised = try examiner.normalised(variant)
        var judgements = try examiner.judgements(of: normalised, baseline: baseline)
        for (index, judgement) in judgements.enumerated() {
            guard case .custom(.command(let words)) = judgement.invariant.rule else { continue }
            let question = examiner.question(of: normalised, baseline: baseline)
            judgements[index] = try examiner.judgement(
                of: judgement.invariant, answering: try answer(words, question))
        }
        return judgements.flatMap(\.breaches)
    }

    func normalised(_ evidence: Evidence) throws -> Evidence {
        try Examiner(plan).normalised(evidence)
    }
}

struct JudgingReader {
    let observe: [Hunt.Observed]

    func judging(_ section: Section) -> Judging {
        let plan = CheckPlan(
            section, streams: observe.map { (name: $0.name, kind: $0.kind.checked) })
        if section["invariants"] == nil {
            section.problem(
                "no invariant is here: nothing would be judged",
                accepted: "write invariants: [{convergence: {stream: balances, key: .account}}]; "
                    + "docs/invariants.md lists them")
        }
        return Judging(plan: plan)
    }
}
