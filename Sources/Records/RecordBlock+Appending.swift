extension RecordBlock {
    /// The fields of a record to append; the pointers are lent for the call.
    public struct Fields {
        public var offset: Offset
        public var timestamp: Timestamp
        public var key: UnsafeRawBufferPointer?
        public var value: UnsafeRawBufferPointer?
        public var arrivalNs: UInt64

        @inline(__always)
        public init(
            offset: Offset, timestamp: Timestamp, key: UnsafeRawBufferPointer?,
            value: UnsafeRawBufferPointer?, arrivalNs: UInt64
        ) {
            self.offset = offset
            self.timestamp = timestamp
            self.key = key
            self.value = value
            self.arrivalNs = arrivalNs
        }

        /// Bytes of key and value together.
        @inline(__always)
        fileprivate var payload: Int { (key?.count ?? 0) + (value?.count ?? 0) }
    }

    /// A header to append; the pointers are lent for the call.
    public struct HeaderBytes {
        public var name: UnsafeRawBufferPointer
        /// nil is null.
        public var value: UnsafeRawBufferPointer?

        @inline(__always)
        public init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
            self.name = name
            self.value = value
        }

        @inline(__always)
        fileprivate var payload: Int { name.count + (value?.count ?? 0) }
    }

    // MARK: In one piece

    /// Appends a record whose headers are all at hand: one look at the room, one pass.
    ///
    /// - Returns: its payload, as ``Entry/payloadBytes`` counts it.
    @discardableResult
    public mutating func append(
        _ fields: Fields, headers: UnsafeBufferPointer<HeaderBytes>
    ) throws(RecordError) -> Int {
        byteCount = Int(entries.last?.end ?? 0)
        var room = fields.payload + RecordEncoding.fieldOverhead
        for header in headers { room += header.payload + RecordEncoding.headerOverhead }
        try makeRoom(room)
        let (partition, start) = (source.partition, byteCount)
        let entry = storage.withUnsafeMutableBytes { buffer -> Entry in
            guard let base = buffer.baseAddress else { return .blank }
            var entry = RecordEncoding.put(fields, partition: partition, at: start, of: base)
            for header in headers { RecordEncoding.put(header, behind: &entry, of: base) }
            return entry
        }
        byteCount = Int(entry.end)
        entries.append(entry)
        return Int(entry.payloadBytes)
    }

    // MARK: Piece by piece

    /// Begins a record; ``appendHeader(name:value:)`` follows for each header in order, then
    /// ``endRecord(leaderEpoch:)``. Until then the record is not part of the block: one that was begun
    /// and not ended leaves no trace.
    public mutating func beginRecord(_ fields: Fields) throws(RecordError) {
        byteCount = Int(entries.last?.end ?? 0)
        try makeRoom(fields.payload + RecordEncoding.fieldOverhead)
        let (partition, start) = (source.partition, byteCount)
        write { _, base in
            RecordEncoding.put(fields, partition: partition, at: start, of: base)
        }
    }

    public mutating func appendHeader(
        name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(RecordError) {
        let header = HeaderBytes(name: name, value: value)
        try makeRoom(header.payload + RecordEncoding.headerOverhead)
        write { entry, base in
            var entry = entry
            RecordEncoding.put(header, behind: &entry, of: base)
            return entry
        }
    }

    public mutating func endRecord(leaderEpoch: Int32? = nil) throws(RecordError) {
        if let leaderEpoch {
            try makeRoom(RecordEncoding.fieldOverhead)
            write { entry, base in
                var entry = entry
                RecordEncoding.put(leaderEpoch: leaderEpoch, behind: &entry, of: base)
                return entry
            }
        }
        entries.append(unfinished)
    }

    private mutating func write(_ body: (Entry, UnsafeMutableRawPointer) -> Entry) {
        let entry = unfinished
        unfinished = storage.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return entry }
            return body(entry, base)
        }
        byteCount = Int(unfinished.end)
    }
}

/// Writes the parts of one record's message and notes where they lie. The caller has made room.
private enum RecordEncoding {
    /// All fields but key, value and headers, and the tags and lengths of those two.
    static let fieldOverhead = 64
    /// The tags and lengths of a header, its name and its value.
    static let headerOverhead = 32

    /// Everything up to the headers.
    @inline(__always)
    static func put(
        _ fields: RecordBlock.Fields, partition: Int32, at start: Int,
        of base: UnsafeMutableRawPointer
    ) -> RecordBlock.Entry {
        var place = base + start
        if partition != 0 {
            place = Field.partition.put(UInt64(bitPattern: Int64(partition)), place)
        }
        if fields.offset != 0 {
            place = Field.offset.put(WireFormat.zigzag(fields.offset), place)
        }
        let timestamp = fields.timestamp
        if timestamp.kind != .none {
            place = Field.timestampMs.put(UInt64(bitPattern: timestamp.milliseconds), place)
            place = Field.timestampType.put(UInt64(timestamp.kind.rawValue), place)
        }
        var (keyStart, keyLength): (Int32, Int32) = (0, -1)
        if let key = fields.key {
            place = Field.key.put(UInt64(key.count), place)
            keyStart = Int32(truncatingIfNeeded: place - base)
            keyLength = Int32(truncatingIfNeeded: key.count)
            place = WireFormat.put(key, place)
        }
        var (valueStart, valueLength): (Int32, Int32) = (0, -1)
        if let value = fields.value {
            place = Field.value.put(UInt64(value.count), place)
            valueStart = Int32(truncatingIfNeeded: place - base)
            valueLength = Int32(truncatingIfNeeded: value.count)
            place = WireFormat.put(value, place)
        }
        let end = Int32(truncatingIfNeeded: place - base)
        return RecordBlock.Entry(
            offset: fields.offset, timestampMs: timestamp.milliseconds,
            arrivalNs: fields.arrivalNs, start: Int32(truncatingIfNeeded: start), end: end,
            keyStart: keyStart, keyLength: keyLength, valueStart: valueStart,
            valueLength: valueLength, headersStart: end, headersEnd: end, headerCount: 0,
            leaderEpoch: -1, payloadBytes: Int32(truncatingIfNeeded: fields.payload),
            timestampKind: timestamp.kind)
    }

    @inline(__always)
    static func put(
        _ header: RecordBlock.HeaderBytes, behind entry: inout RecordBlock.Entry,
        of base: UnsafeMutableRawPointer
    ) {
        let (name, value) = (header.name, header.value)
        var body = 0
        // An empty name is proto3's default and left out; a value that is there never is.
        if name.count > 0 {
            body = 1 + WireFormat.length(ofVarint: UInt64(name.count)) + name.count
        }
        if let value {
            body += 1 + WireFormat.length(ofVarint: UInt64(value.count)) + value.count
        }
        var place = Field.header.put(UInt64(body), base + Int(entry.end))
        if name.count > 0 {
            place = HeaderField.name.put(UInt64(name.count), place)
            place = WireFormat.put(name, place)
        }
        if let value {
            place = HeaderField.value.put(UInt64(value.count), place)
            place = WireFormat.put(value, place)
        }
        entry.end = Int32(truncatingIfNeeded: place - base)
        entry.headersEnd = entry.end
        entry.headerCount += 1
        entry.payloadBytes += Int32(truncatingIfNeeded: header.payload)
    }

    @inline(__always)
    static func put(
        leaderEpoch: Int32, behind entry: inout RecordBlock.Entry,
        of base: UnsafeMutableRawPointer
    ) {
        let place = Field.leaderEpoch.put(
            UInt64(bitPattern: Int64(leaderEpoch)), base + Int(entry.end))
        entry.end = Int32(truncatingIfNeeded: place - base)
        entry.leaderEpoch = leaderEpoch
    }
}
