/// What consumers read, by the records that they show of it: anomalies of Kafka's readers.
extension Judge {
    /// From one record of a session to the next nothing that was delivered between their inputs, in their partition, may be
    /// without a record until then.
    ///
    /// Source: `poll-skip` of jepsen-io/jepsen, `jepsen.tests.kafka`: a process reads the index i of a partition and
    /// then one above i + 1. There other processes do not matter; here what another session showed before was not
    /// skipped, as partitions change hands.
    mutating func contiguous(
        _ id: Selector, _ inputID: Selector, _ session: Selector?
    ) throws(CheckingError) -> Judgement {
        var judgement = Judgement(invariant)
        guard records.sources.count <= 1 else {
            judgement.reason =
                "records of several partitions of \(invariant.stream) have no order among each other"
            return judgement
        }
        let isMeant = try columns.isMet(invariant.when, in: records)
        let ids = try columns.column(id, of: records)
        let inputs = try columns.column(inputID, of: feed.records, when: invariant.inputWhen)
        var sessions: [Int32]?
        if let session { sessions = try columns.column(session, of: records) }
        let log = DeliveredLog(feed, inputs, count: columns.interner.count)
        var isSeen = [Bool](repeating: false, count: columns.interner.count)
        var last: [Reader: Int] = [:]
        for index in records.indices where isMeant?[index] ?? true {
            guard ids[index] >= 0, let place = log.places[ids[index]] else { continue }
            isSeen[Int(ids[index])] = true
            let reader = Reader(session: sessions?[index] ?? 0, source: place.source)
            let before = last.updateValue(place.position, forKey: reader)
            guard let before else { continue }
            judgement.judged += 1
            guard place.position > before + 1 else { continue }
            let skipped = log.identities[Int(place.source)][before + 1..<place.position]
                .filter { !isSeen[Int($0.identity)] }
            guard let first = skipped.first else { continue }
            let isExcused =
                skipped.allSatisfy(\.isCorrupted)
                || (contract.delivery == .atMostOnce && facts.hasFaults)
            let cause: Breach.Cause = isExcused ? .injected : .system
            judgement.note(cause) {
                breach(
                    .pollSkip, cause, entity: first.identity,
                    record: feed.deliveries[first.delivery].record,
                    "\(shown(first.identity)) was not seen"
                        + (skipped.count > 1
                            ? ", nor were \(skipped.count - 1) more behind it," : "")
                        + " before \(shown(ids[index])) was, which came later",
                    [.delivery(first.delivery), observed(index)])
            }
        }
        return judgement
    }

    private struct Reader: Hashable {
        let session: Int32
        let source: Int32
    }

    /// What was delivered of each partition, each identity at its first place.
    private struct DeliveredLog {
        struct Entry {
            let identity: Int32
            let delivery: Int
            let isCorrupted: Bool
        }

        var identities: [[Entry]]
        var places: [Int32: (source: Int32, position: Int)] = [:]

        init(_ feed: Feed, _ inputs: [Int32], count: Int) {
            identities = Array(repeating: [], count: feed.records.sources.count + 1)
            for (index, delivery) in feed.deliveries.enumerated() {
                let identity = inputs[delivery.content]
                guard identity >= 0, places[identity] == nil else { continue }
                let source = feed.records.entries[delivery.record].source + 1
                places[identity] = (source, identities[Int(source)].count)
                identities[Int(source)].append(
                    Entry(
                        identity: identity, delivery: index,
                        isCorrupted: delivery.content != delivery.record))
            }
        }
    }

    /// One offset of a partition has one key and one value, whoever reads it.
    ///
    /// Source: `inconsistent-offsets` of jepsen-io/jepsen, `jepsen.tests.kafka`: sends and polls do not agree on the
    /// value at an offset.
    mutating func consistentOffsets() throws(CheckingError) -> Judgement {
        let isMeant = try columns.isMet(invariant.when, in: records)
        let keys = try columns.column(.key, of: records)
        let values = try columns.column(.value, of: records)
        var first: [Place: Int] = [:]
        var isTold: Set<Place> = []
        var judgement = Judgement(invariant)
        for (index, entry) in records.entries.enumerated() where entry.source >= 0 {
            guard isMeant?[index] ?? true else { continue }
            let place = Place(source: entry.source, offset: entry.offset)
            guard let before = first[place] else {
                first[place] = index
                judgement.judged += 1
                continue
            }
            if keys[before] == keys[index], values[before] == values[index] { continue }
            guard isTold.insert(place).inserted else { continue }
            judgement.note(.system) {
                breach(
                    .inconsistentOffsets, .system, entity: nil, record: nil,
                    "\(records.name(of: index)) holds one thing and another",
                    [observed(before), observed(index)])
            }
        }
        return judgement
    }

    private struct Place: Hashable {
        let source: Int32
        let offset: Int64
    }
}
