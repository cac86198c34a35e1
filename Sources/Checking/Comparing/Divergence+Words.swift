extension Divergence {
    /// What differs, with the records of both sides and what was fed for the entity; a line each, the first a
    /// sentence.
    public func explanation(baseline: Evidence, variant: Evidence) -> [String] {
        var lines = ["\(stream), \(entityWords): \(sentence)"]
        lines.append("  baseline  " + shown(self.baseline, of: baseline[stream]))
        lines.append("  variant   " + shown(self.variant, of: variant[stream]))
        return lines + ScheduleWords(feed: variant.feed).lines(around: entity).map { "  " + $0 }
    }

    private var entityWords: String {
        entity.map { "key \(RecordText.shown($0))" } ?? "records without a key"
    }

    private var sentence: String {
        let rest = differences > 1 ? " (\(differences) records of it differ)" : ""
        switch view {
        case .state:
            return baseline.isEmpty
                ? "is there in the variant alone"
                : variant.isEmpty
                    ? "is not there in the variant" : "ends with another value in the variant"
        case .multiset:
            return
                (baseline.isEmpty
                ? "one is too many in the variant"
                : variant.isEmpty
                    ? "one is missing in the variant" : "one is another one in the variant") + rest
        case .sequence:
            return
                (baseline.isEmpty
                ? "goes on in the variant where it ends in the baseline, behind \(position)"
                : variant.isEmpty
                    ? "ends in the variant behind \(position)"
                    : "number \(position + 1) is another one in the variant") + rest
        }
    }

    private func shown(_ indices: [Int], of observation: Observation?) -> String {
        guard let index = indices.first, let records = observation?.records else {
            return "nothing"
        }
        return RecordText.record(index, of: records)
    }
}

/// What a schedule did, for explanations.
struct ScheduleWords {
    private static let most = 8
    let feed: Feed

    /// The deliveries of an entity's input records, those with its key, in their order, with what the schedule did
    /// to them; where none has its key, what the schedule did at all.
    func lines(around entity: [UInt8]?) -> [String] {
        let own = entity.map { entity in
            feed.deliveries.indices.filter {
                feed.records.key(of: feed.deliveries[$0].record) == entity
            }
        }
        let records = Set((own ?? []).map { feed.deliveries[$0].record })
        let entityRecords = (0..<feed.workloadCount).filter {
            records.contains($0) || (entity != nil && feed.records.key(of: $0) == entity)
        }
        let touched = feed.injections.filter {
            entityRecords.isEmpty || entityRecords.contains($0.record)
        }
        return cut((own ?? []).map(delivery)) + cut(touched.map(injection))
    }

    /// `fed       3 of 8: orders/0@2 (copy 1) …`
    func delivery(_ index: Int) -> String {
        let delivery = feed.deliveries[index]
        let copy = delivery.copy > 0 ? ", copy \(delivery.copy)" : ""
        let place = "\(index + 1) of \(feed.deliveries.count)\(copy)"
        return "fed       \(place): \(RecordText.record(delivery.content, of: feed.records))"
    }

    func injection(_ injection: Injection) -> String {
        let line = injection.line.isEmpty ? "" : "  \(injection.line)"
        return
            "schedule  \(injection.kind.rawValue) \(feed.records.name(of: injection.record))\(line)"
    }

    private func cut(_ lines: [String]) -> [String] {
        if lines.count <= Self.most { return lines }
        return lines.prefix(Self.most) + ["… and \(lines.count - Self.most) more"]
    }
}
