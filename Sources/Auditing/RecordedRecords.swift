import Checking
import Recording
import Records

/// All records of one or several recordings, by topic, in their order of arrival within each recording.
public struct RecordedRecords: Sendable {
    /// In the order of first sight.
    public private(set) var topics: [String] = []
    private var records: [String: ObservedRecords] = [:]

    /// - Throws: `RecordingError` where one cannot be read.
    /// - Complexity: O(bytes); everything is kept in memory.
    public init(_ paths: [String], selection: RecordSelection = RecordSelection()) throws {
        for path in paths {
            let reader = try RecordingReader(path: path, selection: selection)
            var block = RecordBlock(source: TopicPartition("", 0))
            while try reader.next() {
                // As long as one partition is read nothing is looked up for each record.
                if block.source != reader.source || block.byteCount > 1 << 20 {
                    add(block)
                    block.removeAll(for: reader.source)
                }
                try reader.append(to: &block)
            }
            add(block)
        }
    }

    private mutating func add(_ block: RecordBlock) {
        if block.isEmpty { return }
        let topic = block.source.topic
        if records[topic] == nil { topics.append(topic) }
        records[topic, default: ObservedRecords()].append(block)
    }

    public subscript(topic: String) -> ObservedRecords? { records[topic] }

    /// The records of some topics in one, by their time of arrival.
    public func together(_ topics: [String]) -> ObservedRecords {
        if topics.count == 1 { return records[topics[0]] ?? ObservedRecords() }
        let parts = topics.compactMap { records[$0] }
        var all: [(arrivalNs: UInt64, part: Int, index: Int)] = []
        for (part, records) in parts.enumerated() {
            all += records.indices.map { (records.entries[$0].arrivalNs, part, $0) }
        }
        var result = ObservedRecords()
        for (_, part, index) in all.sorted(by: <) {
            let records = parts[part]
            result.append(
                index, of: records, key: records.key(of: index), value: records.value(of: index))
        }
        return result
    }
}
