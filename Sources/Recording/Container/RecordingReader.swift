import MCAP
import Perturbation
import Records

/// Reads a recording from front to back, a file or a folder of them; memory does not grow with it.
public final class RecordingReader {
    public let path: String
    /// What the recording says of itself; nil for an MCAP file of another program.
    public let identity: RecordingIdentity?
    private let layout: RecordingLayout
    private let files: [Int64]
    private var index = 0
    private var cursor: MessageCursor
    private var block = RecordBlock(source: TopicPartition("", 0))
    private var channels: [UInt16: TopicPartition] = [:]

    /// How the last file that was read ends; nil while messages are left.
    public private(set) var ending: Ending?

    /// - Throws: `RecordingError` where it cannot be opened or is of an unknown version.
    public init(path: String) throws {
        self.path = path
        layout = try RecordingLayout(opening: path)
        files = try layout.files()
        let first = layout.path(of: files[0])
        do {
            let reader = try MCAPReader(path: first)
            identity = try Self.identity(of: reader, path: first)
            cursor = try reader.messages()
        } catch let error as MCAPError {
            throw Self.failure(error, first)
        }
    }

    private static func identity(
        of reader: MCAPReader, path: String
    ) throws -> RecordingIdentity? {
        let metadata = try reader.metadata().first { $0.name == RecordingIdentity.metadataName }
        return try metadata.map { try RecordingIdentity($0, path: path) }
    }

    /// The files of the recording, in order.
    public var filePaths: [String] { files.map(layout.path(of:)) }

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
    ///   that was given out.
    public func next() throws -> Bool {
        while true {
            do {
                while try cursor.next() {
                    guard let found = try self.source(of: cursor.message.channelID) else {
                        continue
                    }
                    source = found
                    return true
                }
                ending = cursor.ending
                guard index + 1 < files.count else { return false }
                index += 1
                channels = [:]
                cursor = try MCAPReader(path: layout.path(of: files[index])).messages()
            } catch let error as MCAPError {
                throw Self.failure(error, layout.path(of: files[index]))
            }
        }
    }

    /// Appends the record at hand to a block of its partition.
    public func append(to block: inout RecordBlock) throws {
        do {
            try cursor.withData { data throws(RecordError) in
                try block.append(encoded: data, arrivalNs: arrivalNs)
            }
        } catch {
            throw RecordingError(
                .damaged, layout.path(of: files[index]),
                "the message of \(source) in the chunk at byte \(cursor.recordStart): \(error)")
        }
    }

    /// The record at hand by value.
    public func record() throws -> Record {
        if block.source != source { block = RecordBlock(source: source) }
        block.removeAll()
        try append(to: &block)
        return block.record(at: 0)
    }

    private func source(of channel: UInt16) throws -> TopicPartition? {
        if let known = channels[channel] { return known }
        guard let found = cursor.channel(channel).flatMap(RecordingChannel.source(of:)) else {
            return nil
        }
        channels[channel] = found
        return found
    }

    private static func failure(_ error: MCAPError, _ path: String) -> RecordingError {
        let kind: RecordingError.Kind =
            switch error.code {
            case .damaged, .notMCAP: .damaged
            default: .system
            }
        return RecordingError(kind, path, error.message)
    }
}
