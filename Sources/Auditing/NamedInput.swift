import Checking

/// The records of an input that judgements name, fetched, with their places among all that was fed.
struct NamedInput {
    private(set) var feed = Feed(ObservedRecords())
    /// Of each number that a judgement has for a delivery: the delivery of the feed.
    private(set) var indices: [Int: Int] = [:]

    /// A record's place in the order of delivery, as ``RecordedRecords/together(_:)`` has it.
    private struct Place: Comparable {
        let arrivalNs: UInt64
        let topic: Int
        let index: Int

        static func < (left: Place, right: Place) -> Bool {
            (left.arrivalNs, left.topic, left.index) < (right.arrivalNs, right.topic, right.index)
        }
    }

    /// Reads the input where anything is named; once more where several topics are, for how many records came before.
    init(_ judgements: [Judgement], _ topics: [String], _ recordings: [String]) throws {
        let numbers = judgements.flatMap(\.breaches).flatMap(\.places).compactMap { place in
            if case .delivery(let number) = place { number } else { nil }
        }
        if numbers.isEmpty { return }
        let wanted = Set(numbers)
        var found: [(place: Place, number: Int)] = []
        var records = ObservedRecords()
        let count = try Self.forEach(of: topics, recordings) { place, index, piece in
            let number = StreamedJudge.inputNumber(topic: place.topic, index: place.index)
            guard wanted.contains(number) else { return }
            found.append((place, number))
            records.append(
                index, of: piece, key: piece.key(of: index), value: piece.value(of: index))
        }
        let order = found.indices.sorted { found[$0].place < found[$1].place }
        var sorted = ObservedRecords()
        for (position, index) in order.enumerated() {
            sorted.append(
                index, of: records, key: records.key(of: index), value: records.value(of: index))
            indices[found[index].number] = position
        }
        feed = Feed(sorted)
        let named = order.map { found[$0].place }
        feed.excerpt =
            topics.count == 1
            ? Feed.Excerpt(places: named.map(\.index), count: count)
            : try Self.excerpt(named, topics, recordings)
    }

    /// How many records come before each, and how many there are.
    private static func excerpt(
        _ named: [Place], _ topics: [String], _ recordings: [String]
    ) throws -> Feed.Excerpt {
        // Those that come before a named one and not before the one in front of it.
        var between = [Int](repeating: 0, count: named.count + 1)
        let count = try forEach(of: topics, recordings) { place, _, _ in
            var (low, high) = (0, named.count)
            while low < high {
                let middle = (low + high) / 2
                if place < named[middle] { high = middle } else { low = middle + 1 }
            }
            between[low] += 1
        }
        var sum = 0
        let places = named.indices.map { index in
            sum += between[index]
            return sum
        }
        return Feed.Excerpt(places: places, count: count)
    }

    /// - Returns: how many records there are.
    private static func forEach(
        of topics: [String], _ recordings: [String],
        _ body: (_ place: Place, _ index: Int, _ piece: ObservedRecords) -> Void
    ) throws -> Int {
        var counts = [Int](repeating: 0, count: topics.count)
        try StreamedAudit.forEachPiece(of: recordings, topics: Set(topics)) { topic, piece in
            guard let number = topics.firstIndex(of: topic) else { return }
            for index in piece.indices {
                let place = Place(
                    arrivalNs: topics.count > 1 ? piece.entries[index].arrivalNs : 0,
                    topic: number, index: counts[number] + index)
                body(place, index, piece)
            }
            counts[number] += piece.count
        }
        return counts.reduce(0, +)
    }
}
