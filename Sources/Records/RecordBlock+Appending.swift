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
        var room = fields.payload + RecordWriter.fieldOverhead
        for header in headers { room += header.payload + RecordWriter.headerOverhead }
        try makeRoom(room)
        let (partition, start) = (source.partition, byteCount)
        var entry = Entry.blank
        storage.withUnsafeMutableBytes { buffer in
            guard let bytes = buffer.baseAddress else { return }
            var writer = RecordWriter(bytes, at: start)
            writer.put(fields, partition: partition)
            for header in headers { writer.put(header) }
            entry = writer.ended()
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
        try makeRoom(fields.payload + RecordWriter.fieldOverhead)
        let partition = source.partition
        unfinished.start = Int32(byteCount)
        unfinished.end = unfinished.start
        write { $0.put(fields, partition: partition) }
    }

    public mutating func appendHeader(
        name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(RecordError) {
        let header = HeaderBytes(name: name, value: value)
        try makeRoom(header.payload + RecordWriter.headerOverhead)
        write { $0.put(header) }
    }

    public mutating func endRecord(leaderEpoch: Int32? = nil) throws(RecordError) {
        if let leaderEpoch {
            try makeRoom(RecordWriter.fieldOverhead)
            write { $0.put(leaderEpoch: leaderEpoch) }
        }
        entries.append(unfinished)
    }

    private mutating func write(_ body: (inout RecordWriter) -> Void) {
        var entry = unfinished
        storage.withUnsafeMutableBytes { buffer in
            guard let bytes = buffer.baseAddress else { return }
            var writer = RecordWriter(bytes, goingOnWith: entry)
            body(&writer)
            entry = writer.ended()
        }
        unfinished = entry
        byteCount = Int(entry.end)
    }
}

/// Writes one record's message and notes where its parts lie. The caller has made room.
private struct RecordWriter {
    /// All fields but key, value and headers, and the tags and lengths of those two.
    static let fieldOverhead = 64
    /// The tags and lengths of a header, its name and its value.
    static let headerOverhead = 32

    private let bytes: UnsafeMutableRawPointer
    private var position: Int
    private var entry: RecordBlock.Entry

    @inline(__always)
    init(_ bytes: UnsafeMutableRawPointer, at start: Int) {
        self.bytes = bytes
        position = start
        entry = .blank
        entry.start = Int32(truncatingIfNeeded: start)
    }

    @inline(__always)
    init(_ bytes: UnsafeMutableRawPointer, goingOnWith entry: RecordBlock.Entry) {
        self.bytes = bytes
        position = Int(entry.end)
        self.entry = entry
    }

    @inline(__always)
    mutating func ended() -> RecordBlock.Entry {
        entry.end = Int32(truncatingIfNeeded: position)
        return entry
    }

    @inline(__always)
    mutating func put(_ fields: RecordBlock.Fields, partition: Int32) {
        let start = entry.start
        entry = .blank
        entry.start = start
        entry.offset = fields.offset
        entry.timestampMs = fields.timestamp.milliseconds
        entry.timestampKind = fields.timestamp.kind
        entry.arrivalNs = fields.arrivalNs
        entry.payloadBytes = Int32(truncatingIfNeeded: fields.payload)
        if partition != 0 {
            Field.partition.put(UInt64(bitPattern: Int64(partition)), at: &position, of: bytes)
        }
        if fields.offset != 0 {
            Field.offset.put(WireFormat.zigzag(fields.offset), at: &position, of: bytes)
        }
        if fields.timestamp.kind != .none {
            Field.timestampMs.put(
                UInt64(bitPattern: fields.timestamp.milliseconds), at: &position, of: bytes)
            Field.timestampType.put(
                UInt64(fields.timestamp.kind.rawValue), at: &position, of: bytes)
        }
        if let key = fields.key {
            Field.key.put(UInt64(key.count), at: &position, of: bytes)
            entry.keyStart = Int32(truncatingIfNeeded: position)
            entry.keyLength = Int32(truncatingIfNeeded: key.count)
            WireFormat.put(key, at: &position, of: bytes)
        }
        if let value = fields.value {
            Field.value.put(UInt64(value.count), at: &position, of: bytes)
            entry.valueStart = Int32(truncatingIfNeeded: position)
            entry.valueLength = Int32(truncatingIfNeeded: value.count)
            WireFormat.put(value, at: &position, of: bytes)
        }
        entry.headersStart = Int32(truncatingIfNeeded: position)
        entry.headersEnd = entry.headersStart
    }

    @inline(__always)
    mutating func put(_ header: RecordBlock.HeaderBytes) {
        let (name, value) = (header.name, header.value)
        var body = 0
        // An empty name is proto3's default and left out; a value that is there never is.
        if name.count > 0 {
            body = 1 + WireFormat.length(ofVarint: UInt64(name.count)) + name.count
        }
        if let value {
            body += 1 + WireFormat.length(ofVarint: UInt64(value.count)) + value.count
        }
        Field.header.put(UInt64(body), at: &position, of: bytes)
        if name.count > 0 {
            HeaderField.name.put(UInt64(name.count), at: &position, of: bytes)
            WireFormat.put(name, at: &position, of: bytes)
        }
        if let value {
            HeaderField.value.put(UInt64(value.count), at: &position, of: bytes)
            WireFormat.put(value, at: &position, of: bytes)
        }
        entry.headersEnd = Int32(truncatingIfNeeded: position)
        entry.headerCount += 1
        entry.payloadBytes += Int32(truncatingIfNeeded: name.count + (value?.count ?? 0))
    }

    @inline(__always)
    mutating func put(leaderEpoch: Int32) {
        Field.leaderEpoch.put(UInt64(bitPattern: Int64(leaderEpoch)), at: &position, of: bytes)
        entry.leaderEpoch = leaderEpoch
    }
}
