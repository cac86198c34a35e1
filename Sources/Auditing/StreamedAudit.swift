import Checking
import Recording
import Records

/// Recordings judged piece by piece, in memory that does not grow with them where the invariants allow: of each entity
/// something is kept, of a record nothing. A second reading fetches the records that a breach names.
public enum StreamedAudit {
    /// The topics of recordings, in the order of their names within each.
    ///
    /// - Throws: `RecordingError` where one cannot be read.
    public static func topics(of recordings: [String]) throws -> [String] {
        var topics: [String] = []
        for path in recordings {
            for partition in try RecordingSummary(path: path).partitions
            where !topics.contains(partition.source.topic) {
                topics.append(partition.source.topic)
            }
        }
        return topics
    }

    /// Whether a file asks for nothing that needs all records at once: no noise to take away, and of each invariant that
    /// ``StreamedJudge`` has it.
    public static func isPossible(_ file: CheckFile) -> Bool {
        file.plan.normalisation.rules.isEmpty && Set(file.input).count == file.input.count
            && file.plan.invariants.allSatisfy { StreamedJudge($0) != nil }
            && file.observe?.contains { $0.kind == .changes } != true
    }

    /// - Parameter topics: of the recordings.
    /// - Throws: `RecordingError` where one cannot be read; `CheckingError` where an expression fails on a record.
    /// - Complexity: O(bytes); memory: pieces of 1 MiB, and of each entity what the invariants keep.
    public static func audit(
        _ file: CheckFile, recordings: [String], topics: [String]
    ) throws -> Audit {
        let streams =
            file.observe
            ?? topics.filter { !file.input.contains($0) }
            .map { CheckFile.Observed(name: $0, topic: $0, kind: .topic) }
        // On a thread of its own, as jq wants.
        let judgements = try Examiners(file.plan).examine { _ in
            var judges = file.plan.invariants.compactMap {
                StreamedJudge($0, inputs: file.input.count)
            }
            // The input first: what is shown is held against it.
            try forEachPiece(of: recordings, topics: Set(file.input)) { topic, piece in
                for (number, name) in file.input.enumerated() where name == topic {
                    for index in judges.indices { try judges[index].takeInput(piece, of: number) }
                }
            }
            let wanted = Set(judges.map(\.invariant.stream))
            let read = streams.filter { wanted.contains($0.name) && !$0.topic.isEmpty }
            try forEachPiece(of: recordings, topics: Set(read.map(\.topic))) { topic, piece in
                for stream in read where stream.topic == topic {
                    for index in judges.indices
                    where judges[index].invariant.stream == stream.name {
                        try judges[index].take(piece)
                    }
                }
            }
            return try judges.map { try $0.judged() }
        }
        return try named(judgements, file.input, streams, recordings)
    }

    /// The judgements with the records that they name, which are fetched.
    private static func named(
        _ judgements: [Judgement], _ input: [String], _ streams: [CheckFile.Observed],
        _ recordings: [String]
    ) throws -> Audit {
        let fed = try NamedInput(judgements, input, recordings)
        var places: [String: Set<Int>] = [:]
        for case .observed(let stream, let index) in judgements.flatMap(\.breaches).flatMap(
            \.places)
        {
            places[stream, default: []].insert(index)
        }
        var observations = streams.map { Observation($0.name, $0.kind) }
        var numbers: [String: [Int: Int]] = [:]
        if !places.isEmpty {
            let read = streams.filter { places[$0.name] != nil }
            var count: [String: Int] = [:]
            try forEachPiece(of: recordings, topics: Set(read.map(\.topic))) { topic, piece in
                for (number, stream) in streams.enumerated()
                where stream.topic == topic && places[stream.name] != nil {
                    let first = count[stream.name, default: 0]
                    count[stream.name] = first + piece.count
                    for index in piece.indices
                    where places[stream.name]?.contains(first + index) == true {
                        numbers[stream.name, default: [:]][first + index] =
                            observations[number].records.count
                        observations[number].records.append(
                            index, of: piece, key: piece.key(of: index),
                            value: piece.value(of: index))
                    }
                }
            }
        }
        return Audit(
            evidence: Evidence(feed: fed.feed, observations: observations),
            judgements: judgements.map { judgement in
                judgement.moving { place in
                    switch place {
                    case .delivery(let number): .delivery(fed.indices[number] ?? 0)
                    case .observed(let stream, let index):
                        .observed(stream, numbers[stream]?[index] ?? index)
                    case .workload, .baseline: place
                    }
                }
            })
    }

    static func forEachPiece(
        of recordings: [String], topics: Set<String>,
        _ body: (_ topic: String, _ piece: ObservedRecords) throws -> Void
    ) throws {
        if topics.isEmpty { return }
        for path in recordings {
            let there = try RecordingSummary(path: path).partitions.map(\.source.topic)
            let chosen = topics.intersection(there)
            if chosen.isEmpty { continue }
            let reader = try RecordingReader(path: path, selection: RecordSelection(topics: chosen))
            var block = RecordBlock(source: TopicPartition("", 0))
            // Partitions take turns after few records: their blocks are put together.
            var pieces: [String: (records: ObservedRecords, bytes: Int)] = [:]
            func add() throws {
                if block.isEmpty { return }
                let topic = block.source.topic
                pieces[topic, default: (ObservedRecords(), 0)].records.append(block)
                pieces[topic]?.bytes += block.byteCount
                guard let piece = pieces[topic], piece.bytes > 1 << 20 else { return }
                pieces[topic] = nil
                try body(topic, piece.records)
            }
            while try reader.next() {
                if block.source != reader.source || block.byteCount > 1 << 20 {
                    try add()
                    block.removeAll(for: reader.source)
                }
                try reader.append(to: &block)
            }
            try add()
            for (topic, piece) in pieces.sorted(by: { $0.key < $1.key }) {
                try body(topic, piece.records)
            }
        }
    }
}
