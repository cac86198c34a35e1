/// Single records in and out of a block.
extension RecordBlock {
    /// Copies one record out of the block.
    public func record(at index: Int) -> Record {
        let entry = entries[index]
        return withUnsafeBytes { bytes in
            Record(
                source: source, offset: entry.offset, timestamp: entry.timestamp,
                key: entry.keyRange.map { Array(bytes[$0]) },
                value: entry.valueRange.map { Array(bytes[$0]) },
                headers: Self.headers(of: entry, in: bytes),
                leaderEpoch: entry.leaderEpoch < 0 ? nil : entry.leaderEpoch)
        }
    }

    /// Calls `body` with each header of the record, in order; the pointers are lent for the call.
    /// `bytes` are those of ``withUnsafeBytes(_:)``.
    @inlinable
    public static func forEachHeader(
        of entry: Entry, in bytes: UnsafeRawBufferPointer,
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws -> Void
    ) rethrows {
        guard let base = bytes.baseAddress else { return }
        precondition(entry.headersEnd <= bytes.count, "an entry of another block")
        var position = Int(entry.headersStart)
        let end = Int(entry.headersEnd)
        // What is in a block is in its own encoding: of each header the tag, the length, and name and
        // value in this order where they are there.
        while position < end {
            position += 1
            let length = WireFormat.varint(at: &position, of: base)
            let next = position + length
            let name = HeaderField.name.content(at: &position, before: next, of: base)
            let value = HeaderField.value.content(at: &position, before: next, of: base)
            try body(name ?? UnsafeRawBufferPointer(start: base + position, count: 0), value)
            position = next
        }
    }

    private static func headers(of entry: Entry, in bytes: UnsafeRawBufferPointer) -> [Header] {
        var headers: [Header] = []
        forEachHeader(of: entry, in: bytes) { name, value in
            headers.append(Header(name: Array(name), value: value.map { Array($0) }))
        }
        return headers
    }

    static func headerParts(
        in bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(RecordError) -> (name: Range<Int>, value: Range<Int>?) {
        var reader = WireReader(bytes, from: range.lowerBound, to: range.upperBound)
        var name = range.lowerBound..<range.lowerBound
        var value: Range<Int>?
        while !reader.atEnd {
            let tag = try reader.varint()
            switch tag {
            case HeaderField.name.rawValue << 3 | 2: name = try reader.range()
            case HeaderField.value.rawValue << 3 | 2: value = try reader.range()
            default: try reader.skip(wireType: tag & 7)
            }
        }
        return (name, value)
    }

    /// Appends one record; its source's partition must be the block's.
    public mutating func append(_ record: Record, arrivalNs: UInt64 = 0) throws(RecordError) {
        guard record.source.partition == source.partition else {
            throw .otherPartition(record.source.partition, block: source.partition)
        }
        try record.key.lend { key throws(RecordError) in
            try record.value.lend { value throws(RecordError) in
                try beginRecord(
                    Fields(
                        offset: record.offset, timestamp: record.timestamp, key: key, value: value,
                        arrivalNs: arrivalNs))
            }
        }
        for header in record.headers {
            try header.value.lend { value throws(RecordError) in
                try header.name.lend { name throws(RecordError) in
                    try appendHeader(name: name, value: value)
                }
            }
        }
        try endRecord(leaderEpoch: record.leaderEpoch)
    }
}

extension [UInt8]? {
    /// Lends the bytes for the call; nil stays nil, and an empty array is a buffer that is there.
    public func lend<Result>(
        _ body: (UnsafeRawBufferPointer?) throws(RecordError) -> Result
    ) throws(RecordError) -> Result {
        guard let self else { return try body(nil) }
        return try self.lend(body)
    }
}

extension [UInt8] {
    /// Lends the bytes for the call and lets its error through as it is.
    public func lend<Result>(
        _ body: (UnsafeRawBufferPointer) throws(RecordError) -> Result
    ) throws(RecordError) -> Result {
        let outcome = withUnsafeBytes { buffer in
            Swift.Result { () throws(RecordError) in try body(buffer) }
        }
        return try outcome.get()
    }
}

extension RecordBlock {
    /// Appends records of another block of the same partition, their messages as they are.
    public mutating func append(_ other: RecordBlock, _ range: Range<Int>) throws(RecordError) {
        guard other.source.partition == source.partition else {
            throw .otherPartition(other.source.partition, block: source.partition)
        }
        guard let first = range.first, let last = range.last else { return }
        try append(
            other, entries: other.entries[range], from: Int(other.entries[first].start),
            to: Int(other.entries[last].end))
    }
}
