import Records

/// Records of any number of partitions in one order, in flat storage: what one stream of a system showed, or
/// what was fed to it. Order is order of arrival.
///
/// Not everything observed is a Kafka record: a line of state or an HTTP call has no partition, and what has no
/// key has a null key.
///
/// - Complexity: appending is amortised O(bytes of the record); access by index is O(1).
public struct ObservedRecords: Sendable {
    /// Where the parts of one record lie, and its fixed-size fields.
    public struct Entry: Sendable {
        /// Index in ``ObservedRecords/sources``; -1: it is of no partition.
        public var source: Int32
        /// In bytes; -1 is a null key.
        public var keyLength: Int32
        /// In bytes; -1 is a null value.
        public var valueLength: Int32
        public var headerCount: Int32
        /// The key's bytes; the value's follow, then the headers'.
        public var start: Int
        /// -1 where `source` is -1.
        public var offset: Offset
        public var timestamp: Timestamp
        /// Nanoseconds since 1970 at which it was seen; 0 where nobody noted it.
        public var arrivalNs: UInt64

        public var keyRange: Range<Int>? { keyLength < 0 ? nil : start..<start + Int(keyLength) }
        public var valueRange: Range<Int>? {
            valueLength < 0 ? nil : valueStart..<valueStart + Int(valueLength)
        }
        var valueStart: Int { start + max(0, Int(keyLength)) }
        var headersStart: Int { valueStart + max(0, Int(valueLength)) }
    }

    /// In the order in which they were first seen.
    public private(set) var sources: [TopicPartition] = []
    public private(set) var entries: [Entry] = []
    private var numbers: [TopicPartition: Int32] = [:]
    private var storage: [UInt8] = []

    public init() {}

    public init(_ records: some Sequence<Record>) {
        for record in records { append(record) }
    }

    public var count: Int { entries.count }
    public var isEmpty: Bool { entries.isEmpty }
    public var indices: Range<Int> { entries.indices }

    public mutating func reserve(records: Int, bytes: Int) {
        entries.reserveCapacity(records)
        storage.reserveCapacity(bytes)
    }

    /// Lends all bytes; an entry's ranges count from their first.
    @inline(__always)
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withUnsafeBufferPointer { buffer throws(Failure) in
            try body(UnsafeRawBufferPointer(buffer))
        }
    }

    // MARK: Adding

    /// A record of a partition.
    public mutating func append(_ record: Record, arrivalNs: UInt64 = 0) {
        append(
            key: record.key, value: record.value, headers: record.headers,
            from: record.source, offset: record.offset, timestamp: record.timestamp,
            arrivalNs: arrivalNs)
    }

    /// Anything: a line, a call, a row.
    ///
    /// - Parameter source: nil where it is of no partition; `offset` is then not looked at.
    public mutating func append(
        key: [UInt8]?, value: [UInt8]?, headers: [Header] = [], from source: TopicPartition? = nil,
        offset: Offset = -1, timestamp: Timestamp = .none, arrivalNs: UInt64 = 0
    ) {
        let entry = Entry(
            source: source.map { number(of: $0) } ?? -1, keyLength: Self.length(key),
            valueLength: Self.length(value), headerCount: Int32(headers.count),
            start: storage.count, offset: source == nil ? -1 : offset, timestamp: timestamp,
            arrivalNs: arrivalNs)
        if let key { storage += key }
        if let value { storage += value }
        for header in headers {
            header.name.withUnsafeBytes { name in
                if let value = header.value {
                    value.withUnsafeBytes { append(headerName: name, value: $0) }
                } else {
                    append(headerName: name, value: nil)
                }
            }
        }
        entries.append(entry)
    }

    /// All records of a block, in its order.
    public mutating func append(_ block: RecordBlock) {
        let source = number(of: block.source)
        block.withUnsafeBytes { bytes in
            for record in block.entries {
                entries.append(
                    Entry(
                        source: source, keyLength: record.keyLength,
                        valueLength: record.valueLength, headerCount: record.headerCount,
                        start: storage.count, offset: record.offset, timestamp: record.timestamp,
                        arrivalNs: record.arrivalNs))
                if let key = record.keyRange { storage += bytes[key] }
                if let value = record.valueRange { storage += bytes[value] }
                if record.headerCount > 0 {
                    RecordBlock.forEachHeader(of: record, in: bytes) { name, value in
                        append(headerName: name, value: value)
                    }
                }
            }
        }
    }

    /// A record of another collection, its key and value exchanged.
    public mutating func append(
        _ index: Int, of other: ObservedRecords, key: [UInt8]?, value: [UInt8]?
    ) {
        let entry = other.entries[index]
        append(
            key: key, value: value, headers: other.headers(of: index),
            from: other.source(of: index),
            offset: entry.offset, timestamp: entry.timestamp, arrivalNs: entry.arrivalNs)
    }

    private static func length(_ bytes: [UInt8]?) -> Int32 {
        Int32(truncatingIfNeeded: bytes?.count ?? -1)
    }

    private mutating func number(of source: TopicPartition) -> Int32 {
        if let number = numbers[source] { return number }
        let number = Int32(sources.count)
        sources.append(source)
        numbers[source] = number
        return number
    }

    /// Length of the name, length of the value (-1: null), name, value.
    private mutating func append(
        headerName name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) {
        Swift.withUnsafeBytes(of: Int32(truncatingIfNeeded: name.count).littleEndian) {
            storage += $0
        }
        Swift.withUnsafeBytes(of: Int32(truncatingIfNeeded: value?.count ?? -1).littleEndian) {
            storage += $0
        }
        storage += name
        if let value { storage += value }
    }
}

/// Single records out of the collection; for few of them.
extension ObservedRecords {
    public func source(of index: Int) -> TopicPartition? {
        let source = entries[index].source
        return source < 0 ? nil : sources[Int(source)]
    }

    public func key(of index: Int) -> [UInt8]? {
        entries[index].keyRange.map { Array(storage[$0]) }
    }

    public func value(of index: Int) -> [UInt8]? {
        entries[index].valueRange.map { Array(storage[$0]) }
    }

    public func headers(of index: Int) -> [Header] {
        var headers: [Header] = []
        withUnsafeBytes { bytes in
            Self.forEachHeader(of: entries[index], in: bytes) { name, value in
                headers.append(Header(name: Array(name), value: value.map { Array($0) }))
                return true
            }
        }
        return headers
    }

    /// Calls `body` with each header in order until it returns false; the pointers are lent for the call.
    static func forEachHeader(
        of entry: Entry, in bytes: UnsafeRawBufferPointer,
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Bool
    ) {
        var position = entry.headersStart
        for _ in 0..<entry.headerCount {
            let nameLength = Int(bytes.loadUnaligned(fromByteOffset: position, as: Int32.self))
            let valueLength = Int(bytes.loadUnaligned(fromByteOffset: position + 4, as: Int32.self))
            let name = position + 8..<position + 8 + nameLength
            let value = name.upperBound..<name.upperBound + max(0, valueLength)
            let goesOn = body(
                UnsafeRawBufferPointer(rebasing: bytes[name]),
                valueLength < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[value]))
            if !goesOn { return }
            position = value.upperBound
        }
    }
}
