extension Breach {
    /// What is wrong, and the records that show it; a line each, the first a sentence.
    public func explanation(variant: Evidence, baseline: Evidence?) -> [String] {
        let schedule = ScheduleWords(feed: variant.feed)
        let lines = places.map { place in
            switch place {
            case .delivery(let index): schedule.delivery(index)
            case .workload(let index):
                "workload  \(RecordText.record(index, of: variant.feed.records))"
            case .observed(let stream, let index):
                "observed  " + Self.shown(index, of: variant[stream])
            case .baseline(let stream, let index):
                "baseline  " + Self.shown(index, of: baseline?[stream])
            }
        }
        let records = places.compactMap { place -> Int? in
            if case .delivery(let index) = place { return variant.feed.deliveries[index].record }
            return nil
        }
        let touched = variant.feed.injections.filter { records.contains($0.record) }
        return ["\(signature.anomaly): \(words)\(named)"]
            + (lines + touched.prefix(5).map(schedule.injection)).map { "  " + $0 }
    }

    /// The entity, where the words do not say it.
    private var named: String {
        guard let entity else { return "" }
        let name = RecordText.shown(entity)
        return words.contains(name) ? "" : " (\(name))"
    }

    private static func shown(_ index: Int, of observation: Observation?) -> String {
        guard let records = observation?.records, records.indices.contains(index) else {
            return "record \(index + 1)"
        }
        let name = records.source(of: index) == nil ? observation.map { $0.name + " " } ?? "" : ""
        return name + RecordText.record(index, of: records)
    }
}
