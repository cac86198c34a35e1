extension Divergence {
    /// What differs, with the records of both sides and what was fed for the entity; a line each, the first a
    /// sentence.
    ///
    /// - Parameter names: what the two sides are called.
    public func explanation(
        baseline: Evidence, variant: Evidence,
        names: (baseline: String, variant: String) = ("baseline", "variant")
    ) -> [String] {
        let width = max(names.baseline.count, names.variant.count, "schedule".count) + 2
        func label(_ name: String) -> String {
            "  " + name + String(repeating: " ", count: width - name.count)
        }
        let lines = [
            "\(stream), \(entityWords): \(sentence(names))",
            label(names.baseline) + shown(self.baseline, of: baseline[stream]),
            label(names.variant) + shown(self.variant, of: variant[stream]),
        ]
        return lines + ScheduleWords(feed: variant.feed).lines(around: entity).map { "  " + $0 }
    }

    private var entityWords: String {
        entity.map { "key \(RecordText.shown($0))" } ?? "records without a key"
    }

    private func sentence(_ names: (baseline: String, variant: String)) -> String {
        let rest = differences > 1 ? "; \(differences) of its records differ" : ""
        switch view {
        case .state:
            if baseline.isEmpty { return "is there in \(names.variant) alone" }
            if variant.isEmpty { return "is there in \(names.baseline) alone" }
            return "ends differently"
        case .multiset:
            if baseline.isEmpty { return "a record of \(names.variant) alone" + rest }
            if variant.isEmpty { return "a record of \(names.baseline) alone" + rest }
            return "a record of each side alone" + rest
        case .sequence:
            let place = "from its record \(position + 1) on"
            if baseline.isEmpty { return "goes on in \(names.variant) alone, \(place)" + rest }
            if variant.isEmpty { return "goes on in \(names.baseline) alone, \(place)" + rest }
            return "differs \(place)" + rest
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
    /// Of a record's value, in characters.
    var length = RecordText.most

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
        let number = feed.excerpt?.places[index] ?? index
        let place = "\(number + 1) of \(feed.excerpt?.count ?? feed.deliveries.count)\(copy)"
        return
            "fed       \(place): \(RecordText.record(delivery.content, of: feed.records, most: length))"
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
