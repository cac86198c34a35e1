import MCAP

/// A message with its data, for comparisons.
struct Sent: Equatable, CustomStringConvertible {
    var header: MessageHeader
    var data: [UInt8]

    var description: String {
        "#\(header.channelID) \(header.sequence) @\(header.logTimeNs): \(data.count) bytes"
    }
}

/// Small files to cut and to change.
enum Sample {
    static let header = Header(profile: "x-test", library: "sample")
    static let metadata = Metadata(name: "origin", entries: ["made": "by a test", "empty": ""])
    static let attachment = Attachment(
        logTimeNs: 7, createTimeNs: 3, name: "note.txt", mediaType: "text/plain",
        data: Array("something beside the messages".utf8))

    /// The options of a recording, with chunks small enough for several of them.
    static func options(_ compression: Compression = .zstd(level: 1)) -> WriterOptions {
        var options = WriterOptions()
        options.chunkBytes = 512
        options.compression = compression
        return options
    }

    /// So many messages on three channels; times jump back within a chunk now and then.
    static func messages(_ count: Int) -> [Sent] {
        var random = SplitMix(seed: 5)
        return (0..<count).map { index in
            let length = Int(random.next() % 90)
            let word = Array("event-\(index % 7) ".utf8)
            return Sent(
                header: MessageHeader(
                    channelID: UInt16(1 + index % 3), sequence: UInt32(index),
                    logTimeNs: UInt64(1000 + 10 * index) - (index % 5 == 4 ? 25 : 0),
                    publishTimeNs: UInt64(index)),
                data: (0..<length).map { word[$0 % word.count] ^ UInt8(index & 3) })
        }
    }

    /// Schema, channels and metadata, as a recording has them before its first chunk.
    static func define(_ writer: MCAPWriter) throws {
        try writer.add(metadata)
        let schema = try writer.addSchema(
            name: "kerfuffle.Sample", encoding: "protobuf", data: [1, 2, 3])
        for number in 1...3 {
            try writer.addChannel(
                topic: "orders", messageEncoding: "protobuf", schemaID: schema,
                metadata: ["partition": "\(number)"])
        }
    }

    static func append(_ messages: some Sequence<Sent>, to writer: MCAPWriter) throws {
        for message in messages { try writer.append(message.data, message.header) }
    }

    /// A whole file of so many messages, an attachment in the middle.
    static func file(
        _ count: Int, _ options: WriterOptions = options(), closed: Bool = true
    ) throws -> MemoryFile {
        let file = MemoryFile()
        let writer = try MCAPWriter(to: file, header: header, options: options)
        try define(writer)
        let messages = messages(count)
        try append(messages.prefix(count / 2), to: writer)
        try writer.add(attachment)
        try append(messages.dropFirst(count / 2), to: writer)
        if closed { try writer.close() } else { try writer.closeChunk() }
        return file
    }
}

/// A small generator for tests: SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

extension MCAPReader {
    /// What a query gives, and how it ended: an ending, or the damage that stopped it.
    func collect(
        _ query: MessageQuery = MessageQuery()
    ) throws -> (messages: [Sent], ending: Ending) {
        var all: [Sent] = []
        do {
            let cursor = try messages(query)
            while try cursor.next() {
                cursor.withData { all.append(Sent(header: cursor.message, data: Array($0))) }
            }
            guard let ending = cursor.ending else {
                throw ConformanceCase.Failure(description: "a cursor that ended without an ending")
            }
            return (all, ending)
        } catch let error as MCAPError {
            guard let damage = error.damage else { throw error }
            return (all, .damaged(damage))
        }
    }
}
