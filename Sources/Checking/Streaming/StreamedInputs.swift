import Records

/// What was fed, by identity or entity: of each where it came first, how often it came, and whether from several
/// partitions. Some 30 bytes each; of a record nothing.
struct StreamedInputs {
    /// A place in the order of delivery: by time of arrival where several topics were fed, else as the topic has it.
    struct Place: Comparable, Sendable {
        var arrivalNs: UInt64
        var topic: Int32
        var source: Int32
        var index: Int

        static let none = Place(arrivalNs: 0, topic: 0, source: -1, index: -1)

        static func < (left: Place, right: Place) -> Bool {
            (left.arrivalNs, left.topic, left.index) < (right.arrivalNs, right.topic, right.index)
        }
    }

    private let topics: Int
    /// How many records of each topic were taken.
    private var counts: [Int]
    private(set) var sources: [TopicPartition] = []
    private var numbers: [TopicPartition: Int32] = [:]
    private var firsts: [Place] = []
    private var deliveries: [Int32] = []
    private var isSpread: [Bool] = []

    init(topics: Int) {
        self.topics = topics
        counts = Array(repeating: 0, count: topics)
    }

    var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

    /// - Parameter keys: of each record.
    mutating func take(_ records: ObservedRecords, of topic: Int, keys: [Int32]) {
        let own = records.sources.map { number(of: $0) }
        for (index, entry) in records.entries.enumerated() {
            let place = Place(
                arrivalNs: topics > 1 ? entry.arrivalNs : 0, topic: Int32(topic),
                source: entry.source < 0 ? -1 : own[Int(entry.source)],
                index: counts[topic] + index)
            if keys[index] >= 0 { note(place, of: Int(keys[index])) }
        }
        counts[topic] += records.count
    }

    private mutating func note(_ place: Place, of key: Int) {
        while firsts.count <= key {
            firsts.append(.none)
            deliveries.append(0)
            isSpread.append(false)
        }
        deliveries[key] += 1
        let before = firsts[key]
        if before.index >= 0, before.source != place.source { isSpread[key] = true }
        if before.index < 0 || place < before { firsts[key] = place }
    }

    private mutating func number(of source: TopicPartition) -> Int32 {
        if let number = numbers[source] { return number }
        numbers[source] = Int32(sources.count)
        sources.append(source)
        return Int32(sources.count - 1)
    }

    /// Keys up to the greatest that was fed; not all of them were.
    var keys: Range<Int> { firsts.indices }

    /// nil: it was never fed.
    func first(of key: Int) -> Place? {
        firsts.indices.contains(key) && firsts[key].index >= 0 ? firsts[key] : nil
    }

    func deliveries(of key: Int) -> Int { Int(deliveries[key]) }

    /// The kind of an entity: the topic of its first record.
    func kind(of key: Int32?) -> String {
        guard let key, let place = first(of: Int(key)), place.source >= 0 else { return "" }
        return sources[Int(place.source)].topic
    }

    /// What happened to the input of an entity, where each record was delivered once; of one without input of its own:
    /// to any.
    func touch(of key: Int32) -> Touch {
        guard first(of: Int(key)) != nil else { return sources.count > 1 ? .severalPartitions : [] }
        return isSpread[Int(key)] ? .severalPartitions : []
    }
}
