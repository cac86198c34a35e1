import Exploration
import Hunting
import Records

/// Records for the messages of a model: those of the system's own workload where there is one, else made up.
struct RecordPicker {
    private let samples: [Record]

    init(_ samples: Workload?) { self.samples = samples?.records ?? [] }

    /// One record for each message, at offsets of its own; messages of one key have the records of one key, in their
    /// order.
    func workload(_ messages: [SourcedMessage], _ placement: Placement) -> Workload {
        var rest = byKey(keys: Set(messages.map(\.key)).count)
        var chosen: [Int32: Int] = [:]
        var offsets: [TopicPartition: Offset] = [:]
        return Workload(
            messages.enumerated().map { index, message in
                let place = chosen[message.key] ?? chosen.count
                chosen[message.key] = place
                let source = placement.sources[index]
                let offset = offsets[source, default: 0]
                offsets[source] = offset + 1
                // The time of the sample would stand in no order here.
                let time = Timestamp.create(1_700_000_000_000 + Int64(index))
                guard place < rest.count, let sample = rest[place].first else {
                    return Self.made(message, index, source, offset, time)
                }
                if rest[place].count > 1 { rest[place].removeFirst() }
                var record = sample
                (record.source, record.offset, record.timestamp) = (source, offset, time)
                return record
            })
    }

    /// The records of each key, without tombstones where others are; keys with many first.
    private func byKey(keys: Int) -> [[Record]] {
        var groups: [[Record]] = []
        var places: [[UInt8]?: Int] = [:]
        for record in samples where record.value != nil {
            if let place = places[record.key] {
                groups[place].append(record)
            } else {
                places[record.key] = groups.count
                groups.append([record])
            }
        }
        return Array(
            groups.enumerated().sorted {
                ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
            }
            .map(\.element).prefix(keys))
    }

    private static func made(
        _ message: SourcedMessage, _ index: Int, _ source: TopicPartition, _ offset: Offset,
        _ time: Timestamp
    ) -> Record {
        let value = #"{"id":"m\#(index)","key":"k\#(message.key)","amount":1}"#
        return Record(
            source: source, offset: offset, timestamp: time, key: Array("k\(message.key)".utf8),
            value: Array(value.utf8))
    }
}
