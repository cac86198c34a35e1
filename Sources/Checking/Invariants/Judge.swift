/// Judges one invariant on one trial.
struct Judge {
    let invariant: SystemInvariant
    let evidence: Evidence
    let baseline: Evidence?
    let facts: FeedFacts
    /// What other invariants of this stream declare harmless.
    let alsoTolerated: Touch
    var columns: Columns

    var feed: Feed { evidence.feed }
    var contract: AssumedContract { invariant.contract }

    mutating func judged() throws(CheckingError) -> Judgement {
        if let reason = missing {
            var judgement = Judgement(invariant)
            judgement.reason = reason
            return judgement
        }
        switch invariant.rule {
        case .exactlyOnceEffect: return try effects(missing: true, repeated: true)
        case .noLoss: return try effects(missing: true, repeated: false)
        case .noInvention: return try invented()
        case .uniqueness: return try unique()
        case .contiguousReads(let id, let inputID, let session):
            return try contiguous(id, inputID, session)
        case .consistentOffsets: return try consistentOffsets()
        case .fifoPerKey(.sequence(let sequence)):
            return try monotonic(sequence, anomaly: .nonmonotonicSend)
        case .fifoPerKey(.joined(let id, let inputID, let inLogOrder)):
            return try joinedOrder(id, inputID, inLogOrder: inLogOrder)
        case .monotonicReads(let version):
            return try monotonic(version, anomaly: .nonmonotonicPoll)
        case .readYourWrites(let session, let version, let write):
            return try ownWrites(session, version, write)
        case .boundedStaleness(let version, let inputVersion, let bound):
            return try stale(version, inputVersion, bound)
        case .conservation(let conservation): return try conserved(conservation)
        case .convergence(let other):
            return try converged(other, covered: contract.covered)
        case .idempotent(let view), .commutative(let view):
            return try unchanged(
                view, under: contract.coveredBySameness.union(alsoTolerated))
        case .metamorphic(let kinds, .same(let view)):
            return try unchanged(
                view, under: Touch(kinds).union(kinds.contains(.move) ? .severalPartitions : []))
        case .metamorphic(let kinds, .holds(let condition)): return try related(kinds, condition)
        case .custom(.jq(let condition)): return try custom(condition)
        case .custom(.command):
            var judgement = Judgement(invariant)
            judgement.reason = "a command judges it, which is run outside"
            return judgement
        }
    }

    static let noInput = "it takes the input, and there is none"

    /// Why it cannot be judged at all.
    private var missing: String? {
        if !invariant.stream.isEmpty, evidence[invariant.stream] == nil {
            return "there is no stream \(invariant.stream)"
        }
        switch invariant.rule {
        case .idempotent, .commutative, .convergence(with: nil), .metamorphic:
            return baseline == nil ? "it takes a baseline, and there is none" : nil
        case .exactlyOnceEffect, .noLoss, .noInvention, .boundedStaleness, .fifoPerKey(.joined),
            .contiguousReads:
            return feed.workloadCount == 0 ? Self.noInput : nil
        default: return nil
        }
    }

    // MARK: What all of them need

    var records: ObservedRecords { evidence[invariant.stream]?.records ?? ObservedRecords() }

    /// The invariant's key of each record; absent where `when` is not met.
    mutating func keys() throws(CheckingError) -> [Int32] {
        try columns.column(invariant.key, of: records, when: invariant.when)
    }

    /// What happened to the input of each entity, `input` being the entity of an input record.
    mutating func touches() throws(CheckingError) -> EntityTouches {
        let entities = try columns.column(invariant.input, of: feed.records)
        return EntityTouches(feed, facts, entities: entities, count: columns.interner.count)
    }

    func breach(
        _ anomaly: ObservedAnomaly, _ cause: Breach.Cause, entity: Int32?, record: Int?,
        _ words: String, _ places: [Breach.Place]
    ) -> Breach {
        let topic = record.flatMap { feed.records.source(of: $0)?.topic } ?? ""
        return Breach(
            FailureSignature(
                invariant: invariant.name, anomaly: anomaly.rawValue, role: invariant.stream,
                entityKind: topic),
            cause: cause, entity: entity.flatMap(columns.text), words: words, places: places)
    }

    func shown(_ number: Int32) -> String { RecordText.shown(columns.text(of: number)) }

    func observed(_ index: Int) -> Breach.Place { .observed(invariant.stream, index) }
}
