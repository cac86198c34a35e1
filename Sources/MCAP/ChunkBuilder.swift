/// The chunk that is being filled: its records and, in flat storage, what its indexes need.
struct ChunkBuilder: ~Copyable {
    private struct Entry {
        var logTimeNs: UInt64
        var offset: UInt64
        var channelID: UInt16
    }

    private(set) var records: ByteBuffer
    private(set) var messageStartTimeNs = UInt64.max
    private(set) var messageEndTimeNs: UInt64 = 0
    private var entries: UnsafeMutablePointer<Entry>
    private var entryCount = 0
    private var entryCapacity = 1024
    /// The messages of each channel.
    private(set) var counts = ChannelCounts()

    init(reserving bytes: Int) {
        records = ByteBuffer(capacity: bytes)
        entries = .allocate(capacity: entryCapacity)
    }

    deinit { entries.deallocate() }

    var isEmpty: Bool { records.count == 0 }
    var messages: Int { entryCount }

    /// Appends a message of a channel that is in this chunk already, if it fits into `room` bytes with
    /// all before it; the answer says whether it did. Everything else takes the longer way.
    @inline(__always)
    mutating func appendMore(
        _ header: MessageHeader, _ data: UnsafeRawBufferPointer, room: Int
    ) -> Bool {
        guard counts[header.channelID] > 0,
            records.count + Layout.recordHead + Layout.messageHead + data.count <= room
        else { return false }
        append(header, data)
        return true
    }

    @inline(__always)
    mutating func append(_ header: MessageHeader, _ data: UnsafeRawBufferPointer) {
        note(header, at: records.count)
        records.put(message: header, data: data)
    }

    /// Notes a message whose record begins at `offset` for the indexes.
    @inline(__always)
    private mutating func note(_ header: MessageHeader, at offset: Int) {
        if entryCount == entryCapacity { enlarge() }
        entries[entryCount] = Entry(
            logTimeNs: header.logTimeNs, offset: UInt64(offset), channelID: header.channelID)
        entryCount += 1
        counts.add(to: header.channelID)
        if header.logTimeNs < messageStartTimeNs { messageStartTimeNs = header.logTimeNs }
        if header.logTimeNs > messageEndTimeNs { messageEndTimeNs = header.logTimeNs }
    }

    mutating func append(definition: some CodedRecord) throws(MCAPError) {
        try records.put(record: definition)
    }

    /// Takes the records of a chunk that was read and checked, whole, as its own.
    mutating func adopt(_ whole: UnsafeRawBufferPointer) {
        precondition(isEmpty)
        records.put(whole)
        var walk = RecordWalk(whole)
        while let record = walk.next() {
            if record.opcode == Opcode.message.rawValue {
                note(
                    MessageHeader(content: whole.baseAddress! + record.content),
                    at: record.start)
            }
        }
    }

    mutating func removeAll() {
        records.removeAll()
        counts.removeAll()
        entryCount = 0
        messageStartTimeNs = .max
        messageEndTimeNs = 0
    }

    @inline(never)
    private mutating func enlarge() {
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: entryCapacity * 2)
        larger.update(from: entries, count: entryCount)
        entries.deallocate()
        entries = larger
        entryCapacity *= 2
    }

    /// - Throws: ``MCAPError/Code/limit`` where a message index would be longer than 32 bits can say.
    func checkIndexes() throws(MCAPError) {
        for channel in counts.channels where counts[channel] > Int(UInt32.max) / Layout.indexEntry {
            throw MCAPError(
                .limit,
                "\(counts[channel]) messages of channel \(channel) in one chunk; "
                    + "MCAP's index holds \(Int(UInt32.max) / Layout.indexEntry)")
        }
    }

    /// Appends the message indexes, one for each channel by rising number, and answers where each
    /// begins, counted in `output`. The counts are used up by it.
    ///
    /// - Complexity: O(messages + channels log channels), in one pass over the messages.
    mutating func putMessageIndexes(
        into output: inout ByteBuffer, padding: [UInt8]
    ) -> [(channelID: UInt16, position: Int)] {
        var places: [(channelID: UInt16, position: Int)] = []
        for channel in counts.channels {
            let bytes = counts[channel] * Layout.indexEntry
            let start = output.beginRecord(.messageIndex)
            places.append((channel, start))
            output.put(channel)
            output.put(UInt32(bytes))
            output.reserve(bytes)
            // From here on the table says where the channel's next entry goes.
            counts.set(output.count, for: channel)
            output.grow(by: bytes)
            output.put(padding)
            output.endRecord(at: start)
        }
        for position in 0..<entryCount {
            let entry = entries[position]
            let place = counts[entry.channelID]
            output.set(entry.logTimeNs, at: place)
            output.set(entry.offset, at: place + 8)
            counts.set(place + Layout.indexEntry, for: entry.channelID)
        }
        return places
    }
}
