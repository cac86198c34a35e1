import MCAP
import Perturbation
import Records

/// Reads a recording, a file or a folder of them: from front to back, or what a selection asks for by
/// way of the index. Memory does not grow with it.
///
/// Reading everything checks everything. A selection checks what it reads.
public final class RecordingReader {
    public let path: String
    /// What the recording says of itself; nil for an MCAP file of another program.
    public let identity: RecordingIdentity?
    public let selection: RecordSelection
    private let layout: RecordingLayout
    private let files: [Int64]
    private var index = 0
    private var cursor: MessageCursor
    /// By time of arrival: files that are read side by side, since their times overlap, each at its next
    /// message, and those that are not opened yet, the first to come last.
    private var sideBySide: [(index: Int, cursor: MessageCursor)] = []
    private var unopened: [(startNs: UInt64, index: Int)] = []
    private var block = RecordBlock(source: TopicPartition("", 0))
    private var channels: [UInt16: TopicPartition] = [:]
    /// The channel whose source is at hand.
    private var lastChannel: UInt16?
    /// Whether a channel of records was met.
    private var hasRecords = false
    /// Messages of other channels.
    private var otherMessages: UInt64 = 0
    /// What the files that were opened have channels of, where some are asked for by name.
    private var sources: Set<TopicPartition> = []

    /// How the last file that was read ends; nil while messages are left.
    public private(set) var ending: Ending?

    /// - Throws: `RecordingError` where it cannot be opened or is of an unknown version.
    public init(path: String, selection: RecordSelection = RecordSelection()) throws {
        self.path = path
        self.selection = selection
        layout = try RecordingLayout(opening: path)
        files = try layout.files()
        let first = layout.path(of: files[0])
        do {
            let reader = try MCAPReader(path: first)
            identity = try RecordingIdentity(of: reader, path: first)
            cursor = try Self.cursor(of: reader, selection, path: first)
            try noteSources(of: reader)
        } catch let error as MCAPError {
            throw RecordingError(error, first)
        }
        if isMerged { unopened = try filesByArrival() }
    }

    private var isMerged: Bool { selection.order == .arrival && files.count > 1 }

    private static func cursor(
        of reader: MCAPReader, _ selection: RecordSelection, path: String
    ) throws -> MessageCursor {
        if selection.isEverything { return try reader.messages() }
        return try reader.messages(selection.query(of: reader, path: path))
    }

    /// The files of the recording, in order.
    public var filePaths: [String] { files.map(layout.path(of:)) }

    /// Whether its last file is closed.
    func isClosed() throws -> Bool {
        let last = layout.path(of: files[files.count - 1])
        do { return try MCAPReader(path: last).index().ending == .closed } catch {
            throw RecordingError(error, last)
        }
    }

    /// The source of the record at hand; undefined before the first ``next()``.
    public private(set) var source = TopicPartition("", 0)
    /// When the record at hand arrived, in nanoseconds since 1970.
    public var arrivalNs: UInt64 { cursor.message.logTimeNs }

    /// Where the chunk of the record at hand begins.
    public var place: Checkpoint.Place {
        Checkpoint.Place(file: files[index], bytes: Int64(clamping: cursor.recordStart))
    }

    /// Goes to the next record; false behind the last. Channels that hold no records are passed over.
    ///
    /// - Throws: `RecordingError` of kind `damaged` where the file cannot be read on; everything before
    ///   that was given out. Behind the last record, where a topic or partition was asked for that
    ///   no file has, or where there are messages and none of them is a record.
    public func next() throws -> Bool {
        do {
            while try isMerged ? advanceByArrival() : advance() {
                let channel = cursor.message.channelID
                if channel != lastChannel {
                    guard let found = source(of: channel) else {
                        otherMessages += 1
                        continue
                    }
                    source = found
                    hasRecords = true
                    lastChannel = channel
                }
                if try isWithinOffsets() { return true }
            }
        } catch let error as MCAPError {
            throw RecordingError(error, layout.path(of: files[index]))
        }
        try selection.check(against: sources, path: path)
        try checkRecords()
        return false
    }

    /// To the next message, of the next file where the one at hand has ended.
    private func advance() throws -> Bool {
        while try !cursor.next() {
            ending = cursor.ending
            guard index + 1 < files.count else { return false }
            cursor = try openFile(index + 1)
        }
        return true
    }

    /// To the message that arrived next: a window may stand behind one of another partition that arrived later,
    /// and in the file behind.
    private func advanceByArrival() throws -> Bool {
        if let given = sideBySide.firstIndex(where: { $0.cursor === cursor }),
            try !sideBySide[given].cursor.next()
        {
            noteEnding(of: sideBySide.remove(at: given))
        }
        var least = sideBySide.map(\.cursor.message.logTimeNs).min()
        while let next = unopened.last, next.startNs <= least ?? .max {
            unopened.removeLast()
            let opened = (index: next.index, cursor: try openFile(next.index))
            if try opened.cursor.next() {
                sideBySide.append(opened)
                least = min(least ?? .max, opened.cursor.message.logTimeNs)
            } else {
                noteEnding(of: opened)
            }
        }
        let first = sideBySide.min {
            ($0.cursor.message.logTimeNs, $0.index) < ($1.cursor.message.logTimeNs, $1.index)
        }
        guard let first else { return false }
        if first.cursor !== cursor {
            (index, cursor) = first
            forgetChannels()
        }
        return true
    }

    private func noteEnding(of file: (index: Int, cursor: MessageCursor)) {
        if file.index == files.count - 1 { ending = file.cursor.ending }
    }

    private func openFile(_ number: Int) throws -> MessageCursor {
        index = number
        forgetChannels()
        let path = layout.path(of: files[number])
        let reader = try MCAPReader(path: path)
        try noteSources(of: reader)
        return try Self.cursor(of: reader, selection, path: path)
    }

    private func forgetChannels() {
        channels = [:]
        lastChannel = nil
    }

    /// When the first message of each file arrived, the last first.
    private func filesByArrival() throws -> [(startNs: UInt64, index: Int)] {
        try files.indices.map { index in
            let path = layout.path(of: files[index])
            do throws(MCAPError) {
                return (try MCAPReader(path: path).index().statistics.messageStartTimeNs, index)
            } catch {
                throw RecordingError(error, path)
            }
        }.sorted { $0 > $1 }
    }

    private func noteSources(of reader: MCAPReader) throws {
        guard selection.names else { return }
        sources.formUnion(
            try reader.index().channels.compactMap { RecordingChannel.source(of: $0) })
    }

    private func checkRecords() throws {
        guard !hasRecords, otherMessages > 0 else { return }
        let none = "none of its \(otherMessages) messages is a record of a Kafka topic"
        throw RecordingError(
            .mismatch, path,
            identity == nil
                ? "an MCAP file of another program: \(none)"
                : "\(none): a channel of records is protobuf and has `partition` in its metadata")
    }

    private func isWithinOffsets() throws -> Bool {
        guard let offsets = selection.offsets else { return true }
        try decode()
        return offsets.contains(block.entries[0].offset)
    }

    /// Appends the record at hand to a block of its partition.
    public func append(to block: inout RecordBlock) throws {
        do {
            try cursor.withData { data throws(RecordError) in
                try block.append(encoded: data, arrivalNs: arrivalNs)
                let offset = block.entries[block.count - 1].offset
                guard Offset.ofRecords.contains(offset) else {
                    throw .malformed("offset \(offset), which no record can have", at: 0)
                }
            }
        } catch {
            throw RecordingError(
                .damaged, layout.path(of: files[index]),
                "the message of \(source) in the chunk at byte \(cursor.recordStart): \(error)")
        }
    }

    /// The record at hand by value.
    public func record() throws -> Record {
        try decode()
        return block.record(at: 0)
    }

    /// Lends the record at hand as the only one of a block.
    public func withRecord<Result>(_ body: (RecordBlock) throws -> Result) throws -> Result {
        try decode()
        return try body(block)
    }

    private func decode() throws {
        block.removeAll(for: source)
        try append(to: &block)
    }

    private func source(of channel: UInt16) -> TopicPartition? {
        if let known = channels[channel] { return known }
        guard let found = cursor.channel(channel).flatMap(RecordingChannel.source(of:)) else {
            return nil
        }
        channels[channel] = found
        return found
    }
}

extension RecordingReader {
    /// The last arrival in a file, in nanoseconds since 1970; 0 where none can be found.
    public static func lastArrivalNs(of path: String) -> UInt64 {
        (try? MCAPReader(path: path).index())?.statistics.messageEndTimeNs ?? 0
    }
}

extension RecordingError {
    /// An error of the container in one file of a recording.
    init(_ error: MCAPError, _ path: String) {
        let kind: RecordingError.Kind =
            switch error.code {
            case .damaged, .notMCAP: .damaged
            case .stopped: .stopped
            default: .system
            }
        // The path stands in front already.
        self.init(
            kind, path, error.message.replacing(" \(path)", with: " it"),
            systemCode: error.systemCode)
    }
}

extension RecordingIdentity {
    /// What a file says of the recording that it is of; nil for one of another program.
    init?(of reader: MCAPReader, path: String) throws {
        let entry = try reader.index().metadata.first { $0.name == RecordingIdentity.metadataName }
        guard let entry else { return nil }
        try self.init(reader.metadata(entry), path: path)
    }
}
