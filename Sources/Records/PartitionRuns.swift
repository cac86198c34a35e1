extension Set<TopicPartition> {
    /// `orders/0..7, orders/9`: for messages that say what is there, cut where that is very much.
    public var inWords: String {
        var runs: [(topic: String, first: Int32, last: Int32)] = []
        for source in sorted() {
            if let run = runs.last, run.topic == source.topic, run.last + 1 == source.partition {
                runs[runs.count - 1].last = source.partition
            } else {
                runs.append((source.topic, source.partition, source.partition))
            }
        }
        let most = 20
        let words = runs.prefix(most).map { run in
            "\(run.topic)/\(run.first)" + (run.first == run.last ? "" : "..\(run.last)")
        }
        if runs.isEmpty { return "none" }
        let rest = runs.count > most ? " and \(runs.count - most) more" : ""
        return words.joined(separator: ", ") + rest
    }
}
