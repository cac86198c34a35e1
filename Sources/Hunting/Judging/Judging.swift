import Auditing
import Checking
import Configuration
import Foundation

/// What must hold of what a trial shows, and what of it is noise.
public struct Judging: Sendable {
    public let plan: CheckPlan
    /// Names of the invariants that hold variants against a baseline under the same workload.
    let comparing: Set<String>
    private let examiners: Examiners

    init(plan: CheckPlan) {
        self.plan = plan
        examiners = Examiners(plan)
        comparing = Set(plan.invariants.filter(\.comparesWithBaseline).map(\.name))
    }

    /// A baseline is run for those, and for what may ask for it.
    var needsBaseline: Bool {
        !comparing.isEmpty
            || plan.invariants.contains { if case .custom = $0.rule { true } else { false } }
    }

    /// What the system broke, in the order of the hunt file, each signature once, with the records that show it.
    ///
    /// - Parameters:
    ///   - baseline: normalised (``normalised(_:)``).
    ///   - answer: runs a command of a custom invariant on its question.
    /// - Throws: `CheckingError` where a rule fails on a record or does not end; what `answer` throws.
    func failures(
        _ variant: Evidence, baseline: Evidence?,
        answer: @escaping @Sendable ([String], [UInt8]) throws -> [UInt8]
    ) throws -> [Failure] {
        var seen: Set<FailureSignature> = []
        let breaches = try judgements(variant, baseline: baseline, answer: answer)
            .flatMap(\.breaches)
            .filter { $0.cause == .system && seen.insert($0.signature).inserted }
        if breaches.isEmpty { return [] }
        let normalised = try normalised(variant)
        return breaches.map { breach in
            let lines = breach.explanation(
                variant: normalised, baseline: baseline, length: Self.shownLength)
            return Failure(
                breach,
                evidence: lines.dropFirst().map { $0.trimmingCharacters(in: .whitespaces) })
        }
    }

    /// Of a record's value in a failure's evidence, in characters.
    private static let shownLength = 1000

    /// What each invariant says, in the order of the hunt file.
    func judgements(
        _ variant: Evidence, baseline: Evidence?,
        answer: @escaping @Sendable ([String], [UInt8]) throws -> [UInt8]
    ) throws -> [Judgement] {
        try examiners.examine { examiner in
            let normalised = try examiner.normalised(variant)
            var judgements = try examiner.judgements(of: normalised, baseline: baseline)
            for (index, judgement) in judgements.enumerated() {
                guard case .custom(.command(let words)) = judgement.invariant.rule else { continue }
                let question = examiner.question(of: normalised, baseline: baseline)
                judgements[index] = try examiner.judgement(
                    of: judgement.invariant, answering: try answer(words, question))
            }
            return judgements
        }
    }

    func normalised(_ evidence: Evidence) throws -> Evidence {
        try examiners.examine { try $0.normalised(evidence) }
    }

    /// Invariants that no trial with such an input is judged by; of normalised evidence.
    func unjudgeable(in evidence: Evidence) throws -> [String] {
        try examiners.examine { try $0.unjudgeable(in: evidence) }
    }

    /// The sequence as a baseline is fed: records of one entity that stand on several partitions come one by one.
    func inTurn(_ feed: FeedSequence, of workload: Workload) throws -> FeedSequence {
        if workload.sources.count < 2 { return feed }
        let entities = try examiners.examine {
            try $0.comparedEntities(ofInput: ObservedRecords(workload.records))
        }
        return feed.inTurn(workload, entities: entities)
    }

    /// What of the file finds nothing in what a trial showed.
    ///
    /// - Parameter evidence: normalised.
    func blindSelectors(in evidence: Evidence) throws -> [String] {
        try examiners.examine { try $0.blindSelectors(in: evidence) }
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
