import Recording
import Records

/// Gathers the records of a workload, in any order.
private struct WorkloadBuilder {
    private var arrivals: [UInt64] = []
    private var keys: [[UInt8]?] = []
    private var sizes: [Int32] = []

    mutating func add(_ block: RecordBlock) {
        block.withUnsafeBytes { bytes in
            for entry in block.entries {
                arrivals.append(entry.arrivalNs)
                keys.append(entry.keyRange.map { Array(bytes[$0]) })
                let size = (entry.keyRange?.count ?? 0) + (entry.valueRange?.count ?? 0)
                sizes.append(Int32(clamping: size))
            }
        }
    }

    /// In the order of arrival; what arrived together keeps its order.
    func workload(_ name: String) -> Workload {
        let order = arrivals.indices.sorted { (arrivals[$0], $0) < (arrivals[$1], $1) }
        let first = order.first.map { arrivals[$0] } ?? 0
        var numbers: [[UInt8]: Int32] = [:]
        var hashes: [UInt32?] = []
        let keys = order.map { index -> Int32 in
            guard let key = self.keys[index] else {
                hashes.append(nil)
                return Int32(hashes.count - 1)
            }
            if let known = numbers[key] { return known }
            let number = Int32(hashes.count)
            numbers[key] = number
            hashes.append(key.withUnsafeBytes { Partitioner.murmur2($0) })
            return number
        }
        return Workload(
            name: name, arrivalsNs: order.map { Int64(clamping: arrivals[$0] - first) }, keys: keys,
            sizes: order.map { sizes[$0] }, hashes: hashes)
    }
}

extension Workload {
    /// The records of a recording, a file or a folder of them, in the order of their arrival.
    ///
    /// - Parameter topics: which topics' records; empty: of all.
    /// - Throws: `RecordingError` where the recording cannot be read or has no such topic, or holds no record.
    /// - Complexity: O(n log n) with n records, all of which are kept in memory without their values.
    public init(recording path: String, topics: Set<String> = []) throws {
        let reader = try RecordingReader(
            path: path, selection: RecordSelection(topics: topics, order: .arrival))
        var builder = WorkloadBuilder()
        while try reader.next() { try reader.withRecord { builder.add($0) } }
        self = builder.workload(path)
        if count == 0 { throw RecordingError(.mismatch, path, "it holds no record") }
    }
}
