/// Normalises, compares and judges trials by one plan. One belongs to one task and compiles each jq expression once;
/// nothing is kept from one trial to the next.
public struct Examiner {
    public let plan: CheckPlan
    let programs: JQPrograms

    /// - Parameter watch: told which expression is evaluated now, by its place in the file, and (nil) that it ended:
    ///   libjq cannot be stopped from outside, and somebody may wish to know what it is at.
    public init(_ plan: CheckPlan, watching watch: ((String?) -> Void)? = nil) {
        self.plan = plan
        programs = JQPrograms(watching: watch)
    }

    /// What was observed without its noise; comparing and judging expects it so.
    ///
    /// Topics of changes become their state and `NAME.ledger`.
    ///
    /// - Throws: which rule fails on which record.
    public func normalised(_ evidence: Evidence) throws(CheckingError) -> Evidence {
        try Normaliser(rules: plan.normalisation.rules, programs: programs).normalised(evidence)
    }

    /// Where the variant differs from the baseline: the first difference of each entity, in the order of streams and of
    /// the entities' first sight.
    ///
    /// - Parameters:
    ///   - baseline, variant: normalised.
    ///   - comparisons: nil: each stream of the baseline as suits its kind. A stream that one side lacks counts as empty.
    /// - Complexity: O(bytes of both)
    public func divergences(
        from baseline: Evidence, to variant: Evidence, _ comparisons: [Comparison]? = nil
    ) throws(CheckingError) -> [Divergence] {
        var result: [Divergence] = []
        let chosen =
            comparisons
            ?? (baseline.observations
            + variant.observations.filter { baseline[$0.name] == nil }).map(Comparison.init)
        for comparison in chosen {
            var columns = Columns(programs: programs)
            result += try comparison.divergences(
                from: baseline[comparison.stream]?.records ?? ObservedRecords(),
                to: variant[comparison.stream]?.records ?? ObservedRecords(), columns: &columns)
        }
        return result
    }

    /// What each invariant says, in the order of the plan. Commands (``SystemInvariant/Custom/command(_:)``) are not run
    /// here: their judgement has a reason, and ``question(of:baseline:)`` and ``judgement(of:answering:)`` are there for
    /// whoever runs them.
    ///
    /// - Parameters:
    ///   - variant: normalised.
    ///   - baseline: normalised; nil: invariants that need one say so as their reason.
    /// - Throws: where a rule or an expression fails on a record.
    /// - Complexity: O(records) for each invariant, and what jq takes
    public func judgements(
        of variant: Evidence, baseline: Evidence? = nil
    ) throws(CheckingError) -> [Judgement] {
        let facts = FeedFacts(variant.feed)
        var result: [Judgement] = []
        for invariant in plan.invariants {
            var judge = Judge(
                invariant: invariant, evidence: variant, baseline: baseline, facts: facts,
                alsoTolerated: tolerated(beside: invariant), columns: Columns(programs: programs))
            result.append(try judge.judged())
        }
        return result
    }

    /// What this invariant and others of its stream and key declare harmless: then it is so together, too.
    private func tolerated(beside invariant: SystemInvariant) -> Touch {
        plan.invariants.filter { $0.stream == invariant.stream && $0.key == invariant.key }
            .reduce([]) { $0.union($1.harmless) }
    }

    /// Selectors of invariants that find nothing in any record where there are records: hardly what is meant.
    ///
    /// - Parameter evidence: normalised.
    /// - Returns: a sentence each.
    public func blindSelectors(in evidence: Evidence) throws(CheckingError) -> [String] {
        var sentences: [String] = []
        for invariant in plan.invariants where invariant.isKeyed {
            if let stream = evidence[invariant.stream], stream.records.count > 0 {
                var columns = Columns(programs: programs)
                if try columns.column(invariant.key, of: stream.records).allSatisfy({ $0 < 0 }) {
                    sentences.append(
                        "\(invariant.name): `\(invariant.key.text)` (key) finds nothing in any of the "
                            + "\(stream.records.count) records of \(invariant.stream)")
                }
            }
            guard invariant.joinsInput, evidence.feed.workloadCount > 0 else { continue }
            var columns = Columns(programs: programs)
            if try columns.column(invariant.input, of: evidence.feed.records)
                .allSatisfy({ $0 < 0 })
            {
                sentences.append(
                    "\(invariant.name): `\(invariant.input.text)` (input) finds nothing in any of the "
                        + "\(evidence.feed.workloadCount) records of the input")
            }
        }
        return sentences
    }

    /// Whether a selector finds something in any of the records.
    public func finds(
        _ selector: Selector, in records: ObservedRecords
    ) throws(CheckingError) -> Bool {
        var columns = Columns(programs: programs)
        return try columns.column(selector, of: records).contains { $0 >= 0 }
    }

    /// Invariants of sameness that will judge no trial with such an input, a sentence each.
    ///
    /// - Parameter evidence: normalised, of any trial.
    public func unjudgeable(in evidence: Evidence) throws(CheckingError) -> [String] {
        var sameness = plan
        sameness.invariants.removeAll { !$0.claimsSameness }
        return try Examiner(sameness).judgements(of: evidence, baseline: evidence).compactMap {
            judgement in
            judgement.reason.map { "\(judgement.invariant.name): is not judged: \($0)" }
        }
    }

    /// What a command reads: the evidence as one line of JSON.
    public func question(of variant: Evidence, baseline: Evidence? = nil) -> [UInt8] {
        EvidenceJSON(variant, baseline: baseline).bytes
    }

    /// What a command's answer means.
    ///
    /// - Throws: that it is no answer.
    public func judgement(
        of invariant: SystemInvariant, answering answer: [UInt8]
    ) throws(CheckingError) -> Judgement {
        guard let value = answer.withUnsafeBytes({ JQValue(json: $0) }) else {
            throw CheckingError(
                "\(invariant.origin): the command answered \(RecordText.shown(answer)), which is no JSON"
            )
        }
        return try Judge.judgement(of: invariant, answering: [value])
    }
}

extension SystemInvariant {
    /// Its key says something.
    var isKeyed: Bool {
        switch rule {
        case .custom, .contiguousReads, .consistentOffsets: false
        case .conservation(let conservation): conservation.isByKey
        default: true
        }
    }

    /// It joins records with the input by what `input` finds.
    var joinsInput: Bool {
        switch rule {
        case .exactlyOnceEffect, .noLoss, .noInvention: true
        default: false
        }
    }

    /// It compares entities to which something harmless happened, and leaves others out.
    var claimsSameness: Bool {
        switch rule {
        case .idempotent, .commutative, .metamorphic(_, .same): true
        default: false
        }
    }

    /// What it declares to change nothing.
    var harmless: Touch {
        switch rule {
        case .idempotent:
            [.duplicate, .repeatOutOfOrder, .repeatOutOfKeyOrder, .fault, .delay]
        case .commutative:
            [
                .move, .moveWithinKey, .repeatOutOfOrder, .repeatOutOfKeyOrder, .delay,
                .severalPartitions,
            ]
        default: []
        }
    }
}
