/// The fields of an encoded record, as ranges of its message.
private struct DecodedRecord {
    var partition: Int32 = 0
    var offset: Offset = 0
    var milliseconds: Int64 = 0
    var kind = Timestamp.Kind.none
    var key: Range<Int>?
    var value: Range<Int>?
    /// Ranges of the header messages' content, and of all header fields together.
    var headers: [Range<Int>] = []
    var headerCount: Int32 = 0
    var headerFields = 0..<0
    var headerPayload = 0
    var leaderEpoch: Int32?
    /// The message is, byte for byte, what a block would write for it.
    var isCanonical = true
}

extension RecordBlock {
    /// Decodes a message of a recording and appends the record, in this block's own encoding whatever
    /// order the message has its fields in. Fields that this version does not know are passed over.
    ///
    /// - Throws: `RecordError.malformed` where the bytes are no such message, `otherPartition` where it
    ///   is a record of another partition.
    public mutating func append(
        encoded message: UnsafeRawBufferPointer, arrivalNs: UInt64
    ) throws(RecordError) {
        let record = try Self.decode(message)
        guard record.partition == source.partition else {
            throw .otherPartition(record.partition, block: source.partition)
        }
        if record.isCanonical {
            try append(message, record, arrivalNs)
        } else {
            try encodeAnew(message, record, arrivalNs)
        }
    }

    private mutating func append(
        _ message: UnsafeRawBufferPointer, _ record: DecodedRecord, _ arrivalNs: UInt64
    ) throws(RecordError) {
        let headers = record.headerFields
        let end = record.headerCount == 0 ? message.count : headers.upperBound
        try appendMessage(
            message,
            Entry(
                offset: record.offset, timestampMs: record.milliseconds, arrivalNs: arrivalNs,
                start: 0, end: Int32(truncatingIfNeeded: message.count),
                keyStart: Int32(truncatingIfNeeded: record.key?.lowerBound ?? 0),
                keyLength: Int32(truncatingIfNeeded: record.key?.count ?? -1),
                valueStart: Int32(truncatingIfNeeded: record.value?.lowerBound ?? 0),
                valueLength: Int32(truncatingIfNeeded: record.value?.count ?? -1),
                headersStart: Int32(
                    truncatingIfNeeded: record.headerCount == 0 ? end : headers.lowerBound),
                headersEnd: Int32(truncatingIfNeeded: end), headerCount: record.headerCount,
                leaderEpoch: record.leaderEpoch ?? -1,
                payloadBytes: Int32(
                    truncatingIfNeeded: (record.key?.count ?? 0) + (record.value?.count ?? 0)
                        + record.headerPayload),
                timestampKind: record.kind))
    }

    private mutating func encodeAnew(
        _ message: UnsafeRawBufferPointer, _ record: DecodedRecord, _ arrivalNs: UInt64
    ) throws(RecordError) {
        try beginRecord(
            Fields(
                offset: record.offset,
                timestamp: Timestamp(record.kind, milliseconds: record.milliseconds),
                key: record.key.map { UnsafeRawBufferPointer(rebasing: message[$0]) },
                value: record.value.map { UnsafeRawBufferPointer(rebasing: message[$0]) },
                arrivalNs: arrivalNs))
        for range in record.headers {
            let parts = try Self.headerParts(in: message, range)
            try appendHeader(
                name: UnsafeRawBufferPointer(rebasing: message[parts.name]),
                value: parts.value.map { UnsafeRawBufferPointer(rebasing: message[$0]) })
        }
        try endRecord(leaderEpoch: record.leaderEpoch)
    }

    private static func decode(
        _ message: UnsafeRawBufferPointer
    ) throws(RecordError) -> DecodedRecord {
        var record = DecodedRecord()
        var reader = WireReader(message)
        var previous: UInt64 = 0
        var hasMilliseconds = false
        var hasType = false
        while !reader.atEnd {
            let start = reader.position
            let tag = try reader.varint()
            let number = tag >> 3
            if number < previous || (number == previous && number != Field.header.rawValue) {
                record.isCanonical = false
            }
            previous = number
            switch (Field(rawValue: number), tag & 7) {
            case (.partition, 0):
                record.partition = Int32(truncatingIfNeeded: try reader.varint())
                if record.partition == 0 { record.isCanonical = false }
            case (.offset, 0):
                record.offset = WireFormat.unzigzag(try reader.varint())
                if record.offset == 0 { record.isCanonical = false }
            case (.timestampMs, 0):
                record.milliseconds = Int64(bitPattern: try reader.varint())
                hasMilliseconds = true
            case (.timestampType, 0):
                record.kind = try kind(try reader.varint(), reader.position)
                hasType = true
            case (.key, 2): record.key = try reader.range()
            case (.value, 2): record.value = try reader.range()
            case (.header, 2):
                let range = try reader.range()
                try note(header: range, from: start, in: message, &record)
            case (.leaderEpoch, 0):
                record.leaderEpoch = Int32(truncatingIfNeeded: try reader.varint())
                if record.leaderEpoch == -1 { record.isCanonical = false }
            default:
                record.isCanonical = false
                try reader.skip(wireType: tag & 7)
            }
        }
        // A block writes milliseconds and type together or not at all.
        let hasTime = record.kind != .none
        if !reader.isMinimal || hasTime != hasMilliseconds || hasTime != hasType {
            record.isCanonical = false
        }
        if !hasTime { record.milliseconds = 0 }
        if !record.isCanonical && record.headers.isEmpty && record.headerCount > 0 {
            try collectHeaders(of: message, &record)
        }
        return record
    }

    private static func kind(
        _ number: UInt64, _ position: Int
    ) throws(RecordError) -> Timestamp.Kind {
        guard number <= 2, let known = Timestamp.Kind(rawValue: UInt8(number)) else {
            throw .malformed("timestamp type \(number)", at: position)
        }
        return known
    }

    private static func note(
        header range: Range<Int>, from start: Int, in message: UnsafeRawBufferPointer,
        _ record: inout DecodedRecord
    ) throws(RecordError) {
        var reader = WireReader(message, from: range.lowerBound, to: range.upperBound)
        var previous: UInt64 = 0
        while !reader.atEnd {
            let tag = try reader.varint()
            switch tag {
            case HeaderField.name.rawValue << 3 | 2:
                let name = try reader.range()
                if name.isEmpty { record.isCanonical = false }
                record.headerPayload += name.count
            case HeaderField.value.rawValue << 3 | 2:
                record.headerPayload += try reader.range().count
            default:
                record.isCanonical = false
                try reader.skip(wireType: tag & 7)
            }
            if tag >> 3 <= previous { record.isCanonical = false }
            previous = tag >> 3
        }
        if !reader.isMinimal { record.isCanonical = false }
        let first = record.headerCount == 0 ? start : record.headerFields.lowerBound
        record.headerFields = first..<range.upperBound
        record.headerCount += 1
    }

    private static func collectHeaders(
        of message: UnsafeRawBufferPointer, _ record: inout DecodedRecord
    ) throws(RecordError) {
        var reader = WireReader(message)
        while !reader.atEnd {
            let tag = try reader.varint()
            if tag == Field.header.rawValue << 3 | 2 {
                record.headers.append(try reader.range())
            } else {
                try reader.skip(wireType: tag & 7)
            }
        }
    }
}
