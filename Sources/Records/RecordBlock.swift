/// Records of one partition in flat storage: one buffer of bytes and an index.
///
/// The bytes are the records' protobuf messages, one behind the other, exactly as a recording holds
/// them (`docs/recording-format.md`). So recording a block is a copy, its digest is one pass over its
/// bytes, and keys and values are ranges of the same buffer.
///
/// - Complexity: appending is amortised O(bytes of the record); access by index is O(1).
public struct RecordBlock: Sendable {
    /// Where the parts of one record lie in the block's bytes, and its fixed-size fields.
    public struct Entry: Sendable {
        public var offset: Offset
        /// Milliseconds since 1970; 0 where `timestampKind` is `none`.
        public var timestampMs: Int64
        /// Nanoseconds since 1970 at which the record arrived; 0 where nobody noted it.
        public var arrivalNs: UInt64
        /// The range of the encoded message.
        public var start: Int32
        public var end: Int32
        public var keyStart: Int32
        /// In bytes; -1 is a null key.
        public var keyLength: Int32
        public var valueStart: Int32
        /// In bytes; -1 is a null value.
        public var valueLength: Int32
        /// The range of the headers' fields within the message, and their number.
        public var headersStart: Int32
        public var headersEnd: Int32
        public var headerCount: Int32
        /// -1 where nobody was told.
        public var leaderEpoch: Int32
        /// Bytes of key, value, header names and header values together: what `window.bytes` counts.
        public var payloadBytes: Int32
        public var timestampKind: Timestamp.Kind

        @inlinable public var keyRange: Range<Int>? {
            keyLength < 0 ? nil : Int(keyStart)..<Int(keyStart) + Int(keyLength)
        }
        @inlinable public var valueRange: Range<Int>? {
            valueLength < 0 ? nil : Int(valueStart)..<Int(valueStart) + Int(valueLength)
        }
        public var timestamp: Timestamp { Timestamp(timestampKind, milliseconds: timestampMs) }

        /// No key, no value, no headers.
        @inline(__always)
        static var blank: Entry {
            Entry(
                offset: 0, timestampMs: 0, arrivalNs: 0, start: 0, end: 0, keyStart: 0,
                keyLength: -1, valueStart: 0, valueLength: -1, headersStart: 0, headersEnd: 0,
                headerCount: 0, leaderEpoch: -1, payloadBytes: 0, timestampKind: .none)
        }

        @inline(__always)
        func shifted(by shift: Int32) -> Entry {
            var entry = self
            entry.start += shift
            entry.end += shift
            if keyLength >= 0 { entry.keyStart += shift }
            if valueLength >= 0 { entry.valueStart += shift }
            entry.headersStart += shift
            entry.headersEnd += shift
            return entry
        }
    }

    public private(set) var source: TopicPartition
    public internal(set) var entries: [Entry] = []
    /// Bytes in use; `storage.count` is the room.
    public internal(set) var byteCount = 0
    var storage: [UInt8] = []
    /// The record that was begun and not ended.
    var unfinished = Entry.blank

    public init(source: TopicPartition, reservingBytes bytes: Int = 0) {
        self.source = source
        if bytes > 0 { storage = [UInt8](repeating: 0, count: bytes) }
    }

    public var count: Int { entries.count }
    public var isEmpty: Bool { entries.isEmpty }

    /// Empties the block and keeps its room for the next records.
    public mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        byteCount = 0
    }

    /// Empties the block for records of another partition and keeps its room.
    public mutating func removeAll(for source: TopicPartition) {
        removeAll()
        self.source = source
    }

    /// Sees to it that times of arrival rise and are above `last`: what is not later than the one before
    /// becomes 1 ns later.
    ///
    /// - Returns: the last one, and how many were raised.
    public mutating func raiseArrivals(above last: UInt64) -> (last: UInt64, raised: Int) {
        var (last, raised) = (last, 0)
        for index in entries.indices {
            if entries[index].arrivalNs <= last {
                entries[index].arrivalNs = last + 1
                raised += 1
            }
            last = entries[index].arrivalNs
        }
        return (last, raised)
    }

    /// Takes the last record out again.
    public mutating func removeLast() {
        entries.removeLast()
        byteCount = Int(entries.last?.end ?? 0)
    }

    /// Lends the encoded messages, one behind the other.
    @inline(__always)
    public func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try storage.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[0..<byteCount]))
        }
    }

    /// Copies a message as it is; the entry's ranges count from the message's first byte.
    mutating func appendMessage(
        _ message: UnsafeRawBufferPointer, _ entry: Entry
    ) throws(RecordError) {
        byteCount = Int(entries.last?.end ?? 0)
        try makeRoom(message.count)
        let target = byteCount
        storage.withUnsafeMutableBytes { buffer in
            if let from = message.baseAddress, let base = buffer.baseAddress {
                (base + target).copyMemory(from: from, byteCount: message.count)
            }
        }
        byteCount += message.count
        entries.append(entry.shifted(by: Int32(target)))
    }

    /// Copies a run of messages and shifts their ranges.
    mutating func append(
        _ other: RecordBlock, entries added: ArraySlice<Entry>, from start: Int, to end: Int
    ) throws(RecordError) {
        byteCount = Int(entries.last?.end ?? 0)
        try makeRoom(end - start)
        let shift = Int32(byteCount - start)
        let target = byteCount
        other.storage.withUnsafeBytes { source in
            storage.withUnsafeMutableBytes {
                UnsafeMutableRawBufferPointer(rebasing: $0[target...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<end]))
            }
        }
        for entry in added { entries.append(entry.shifted(by: shift)) }
        byteCount += end - start
    }

    /// The largest block: positions are 32-bit, which keeps an entry within a cache line and a half.
    private static let largest = Int(Int32.max)

    @inline(__always)
    mutating func makeRoom(_ more: Int) throws(RecordError) {
        if byteCount + more > storage.count { try widen(by: more) }
    }

    @inline(never)
    private mutating func widen(by more: Int) throws(RecordError) {
        let needed = byteCount + more
        guard needed <= Self.largest else { throw .tooLarge(bytes: more) }
        let room = min(Self.largest, max(needed, max(4096, storage.count * 2)))
        var wider = [UInt8](repeating: 0, count: room)
        wider.withUnsafeMutableBytes { wider in
            storage.withUnsafeBytes { wider.copyMemory(from: $0) }
        }
        storage = wider
    }
}
