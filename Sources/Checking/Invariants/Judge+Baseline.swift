/// What must be as in the baseline, or as in another stream.
extension Judge {
    mutating func converged(
        _ other: String?, covered: Touch
    ) throws(CheckingError) -> Judgement {
        let stream = invariant.stream
        if let other {
            guard let twin = evidence[other] else {
                var judgement = Judgement(invariant)
                judgement.reason = "there is no stream \(other)"
                return judgement
            }
            return try compared(.state, with: twin.records, covered: covered, judgesAll: true) {
                .observed(other, $0)
            }
        }
        return try compared(.state, with: baselineRecords, covered: covered, judgesAll: true) {
            .baseline(stream, $0)
        }
    }

    /// Entities that nothing else touched must be the same.
    mutating func unchanged(
        _ view: Divergence.View?, under covered: Touch
    ) throws(CheckingError) -> Judgement {
        let stream = invariant.stream
        let kind = evidence[stream]?.kind ?? .topic
        return try compared(
            view ?? Comparison.view(of: kind), with: baselineRecords, covered: covered,
            judgesAll: false
        ) { .baseline(stream, $0) }
    }

    private var baselineRecords: ObservedRecords {
        baseline?[invariant.stream]?.records ?? ObservedRecords()
    }

    /// - Parameters:
    ///   - covered: an entity to whose input more than that happened is the schedule's doing.
    ///   - judgesAll: whether such an entity is counted as that, or left out.
    private mutating func compared(
        _ view: Divergence.View, with expected: ObservedRecords, covered: Touch, judgesAll: Bool,
        place: (Int) -> Breach.Place
    ) throws(CheckingError) -> Judgement {
        let expected = try filtered(expected)
        let found = try filtered(records)
        let touches = try touches()
        let streams = try PairedStreams(
            expected.records, found.records, key: invariant.key, columns: &columns)
        let comparison = Comparison(stream: invariant.stream, view: view, key: invariant.key)
        let anomaly: ObservedAnomaly = view == .state ? .stateDiffers : .effectsDiffer
        var judgement = Judgement(invariant)
        var unordered = 0
        for entity in streams.entities {
            let uncovered = touches.touch(of: entity).subtracting(covered)
            let isCovered = uncovered.isEmpty
            if uncovered.contains(.severalPartitions) { unordered += 1 }
            if !isCovered, !judgesAll { continue }
            judgement.judged += 1
            guard let difference = comparison.difference(of: entity, in: streams) else { continue }
            let cause: Breach.Cause = isCovered ? .system : .injected
            judgement.note(cause) {
                let record = touches.firstRecord(of: entity)
                return breach(
                    anomaly, cause, entity: entity, record: record,
                    "\(entity < 0 ? "what has no key" : shown(entity)) "
                        + words(
                            view, isMissing: difference.variant.isEmpty,
                            isExtra: difference.baseline.isEmpty),
                    (record.map { deliveries(of: $0) } ?? [])
                        + difference.baseline.map { place(expected.indices[$0]) }
                        + difference.variant.map { observed(found.indices[$0]) })
            }
        }
        if unordered > 0, unordered == streams.entities.count {
            judgement.reason = Self.unordered
        }
        return judgement
    }

    private static var unordered: String {
        "the input of each entity stands on several partitions, between which Kafka promises no order, so a run has "
            + "no one right end; where the system copes with any order, say so: contract: {order: none}, or a "
            + "commutative of the same stream and key"
    }

    private func words(_ view: Divergence.View, isMissing: Bool, isExtra: Bool) -> String {
        switch view {
        case .state:
            isMissing
                ? "is not there at the end"
                : isExtra ? "is there at the end and should not be" : "ends with another value"
        case .sequence:
            isMissing
                ? "has fewer records"
                : isExtra ? "has more records" : "has other records, or in another order"
        case .multiset:
            isMissing ? "lacks a record" : isExtra ? "has a record too many" : "has another record"
        }
    }

    /// The records that `when` is met by, and where they stand among all.
    private mutating func filtered(
        _ records: ObservedRecords
    ) throws(CheckingError) -> (records: ObservedRecords, indices: [Int]) {
        guard let isMet = try columns.isMet(invariant.when, in: records) else {
            return (records, Array(records.indices))
        }
        let indices = records.indices.filter { isMet[$0] }
        var kept = ObservedRecords()
        for index in indices {
            kept.append(
                index, of: records, key: records.key(of: index), value: records.value(of: index))
        }
        return (kept, indices)
    }
}
