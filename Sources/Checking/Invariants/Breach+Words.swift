extension Breach {
    /// What is wrong, and the records that show it; a line each, the first a sentence.
    ///
    /// - Parameter length: of a record's value, in characters; what is longer is cut.
    public func explanation(
        variant: Evidence, baseline: Evidence?, length: Int = 120
    ) -> [String] {
        let schedule = ScheduleWords(feed: variant.feed, length: length)
        let lines = places.map { place in
            switch place {
            case .delivery(let index): schedule.delivery(index)
            case .workload(let index):
                "workload  \(RecordText.record(index, of: variant.feed.records, most: length))"
            case .observed(let stream, let index):
                "observed  " + Self.shown(index, of: variant[stream], length)
            case .baseline(let stream, let index):
                "baseline  " + Self.shown(index, of: baseline?[stream], length)
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

    private static func shown(
        _ index: Int, of observation: Observation?, _ length: Int
    ) -> String {
        guard let records = observation?.records, records.indices.contains(index) else {
            return "record \(index + 1)"
        }
        let name = records.source(of: index) == nil ? observation.map { $0.name + " " } ?? "" : ""
        return name + RecordText.record(index, of: records, most: length)
    }
}
