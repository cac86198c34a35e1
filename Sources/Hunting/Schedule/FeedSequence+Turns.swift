import Records

/// Kafka promises no order between partitions, and records of several that come at nearly the same time are taken in any. A
/// baseline must have one right end, so it is fed such records one by one.
extension FeedSequence {
    /// The sequence in which a delivery waits until the system is done with all in front of it, where one of them is of the
    /// same entity and of another partition.
    ///
    /// - Parameter entities: of the workload's records, by each of several ways to tell entities apart; -1: of none.
    func inTurn(_ workload: Workload, entities: [[Int32]]) -> FeedSequence {
        let places = Dictionary(
            workload.records.enumerated().map { (RecordName($0.element), $0.offset) },
            uniquingKeysWith: { first, _ in first })
        /// Partitions of each entity's deliveries that the system may not be done with.
        var open: [[Int32: TopicPartition]] = entities.map { _ in [:] }
        var sequence = self
        for index in items.indices {
            guard let place = places[items[index].name] else { continue }
            let source = items[index].record.source
            let races = entities.indices.contains { way in
                let entity = entities[way][place]
                return entity >= 0 && open[way][entity].map { $0 != source } ?? false
            }
            if races {
                sequence.items[index].waitsForTurn = true
                open = entities.map { _ in [:] }
            }
            for way in entities.indices { open[way][entities[way][place]] = source }
        }
        return sequence
    }

    /// Whether there are records of one entity on several partitions.
    var hasTurns: Bool { items.contains(where: \.waitsForTurn) }
}
