import Foundation
import MCAP
import Perturbation
import Records

/// Writes a recording: one MCAP file, or a folder of them in order (`000000.mcap`, …).
///
/// Records are appended window by window; ``closeChunk()`` hands everything to the system and names the
/// place, to which a restart can cut the recording back.
public final class RecordingWriter {
    public struct Options: Sendable {
        public var compression = Compression.zstd(level: 1)
        /// A chunk is closed at this size, or by ``RecordingWriter/closeChunk()``.
        public var chunkBytes = 1 << 20
        /// A file of a folder is closed for the next one when it has grown beyond this; nil: one file.
        public var rotateBytes: Int?

        public init() {}

        var container: WriterOptions {
            var options = WriterOptions()
            options.compression = compression
            options.chunkBytes = chunkBytes
            return options
        }
    }

    public let path: String
    public let options: Options
    public private(set) var identity: RecordingIdentity
    private let layout: RecordingLayout
    private let lock: FileLock
    private var file: Int64
    /// The file at hand.
    private var part: Part
    private var writer: MCAPWriter { part.writer }
    /// The last arrival in the files before the one at hand.
    private var earlierArrivalNs: UInt64 = 0
    private var channels: [TopicPartition: Channel] = [:]

    /// A file and who writes it.
    private struct Part {
        let disk: DiskFile
        let writer: MCAPWriter
    }

    private struct Channel {
        var id: UInt16
        var sequence: UInt32 = 0
        /// The last record; nil where there is none yet.
        var last: RecordPlace?
        /// Offsets and arrivals rise so far (``ChannelOrder``).
        var isOrdered = true
    }

    /// Begins a recording; a file or folder that exists is refused.
    public init(
        creating path: String, identity: RecordingIdentity, options: Options = Options()
    ) throws {
        self.path = path
        self.options = options
        self.identity = identity
        layout = try RecordingLayout(creating: path, isFolder: options.rotateBytes != nil)
        file = 0
        part = try Self.begin(layout.path(of: 0), identity, options)
        lock = try FileLock(path)
    }

    /// Goes on with a recording at a place that a checkpoint named; what lies behind it is cut.
    ///
    /// - Throws: `RecordingError` where the recording does not reach to that place, or is damaged
    ///   before it.
    public convenience init(
        resuming path: String, at place: Checkpoint.Place, identity: RecordingIdentity,
        options: Options = Options()
    ) throws {
        try self.init(resuming: path, at: place, identity: identity, options: options, lock: nil)
    }

    /// - Parameters:
    ///   - place: nil goes on behind the last whole record.
    ///   - lock: the recording's, where the caller holds it already.
    init(
        resuming path: String, at place: Checkpoint.Place?, identity: RecordingIdentity,
        options: Options, lock: FileLock?
    ) throws {
        self.path = path
        self.options = options
        self.identity = identity
        layout = try RecordingLayout(opening: path)
        self.lock = try lock ?? FileLock(path)
        file = try place?.file ?? layout.files().last ?? 0
        part = try Self.resume(layout, file: file, at: place?.bytes, options)
        try noteChannels()
    }

    /// Begins anew in place of what is there, which holds no record that counts.
    ///
    /// - Parameter lock: the recording's, where the caller holds it already.
    init(
        replacing path: String, identity: RecordingIdentity, options: Options = Options(),
        lock: FileLock? = nil
    ) throws {
        self.path = path
        self.options = options
        self.identity = identity
        layout = try RecordingLayout(opening: path)
        self.lock = try lock ?? FileLock(path)
        try layout.removeFiles(after: 0)
        file = 0
        part = try Self.begin(layout.path(of: 0), identity, options, replacing: true)
    }

    private static func begin(
        _ path: String, _ identity: RecordingIdentity, _ options: Options, replacing: Bool = false
    ) throws -> Part {
        do throws(MCAPError) {
            let sink = try DiskFile(path, replacing ? .replace : .create)
            do throws(MCAPError) {
                return Part(disk: sink, writer: try begin(sink, identity, options))
            } catch {
                // A file without its first bytes is none.
                if !replacing { try? FileManager.default.removeItem(atPath: path) }
                throw error
            }
        } catch {
            throw RecordingError(error, path)
        }
    }

    private static func begin(
        _ sink: DiskFile, _ identity: RecordingIdentity, _ options: Options
    ) throws(MCAPError) -> MCAPWriter {
        let writer = try MCAPWriter(
            to: sink, header: Header(profile: "kerfuffle", library: identity.tool),
            options: options.container)
        try writer.add(identity.metadata)
        try writer.add(
            Schema(
                id: 1, name: RecordSchema.name, encoding: RecordSchema.encoding,
                data: RecordSchema.fileDescriptorSet))
        try writer.flush()
        return writer
    }

    private static func resume(
        _ layout: RecordingLayout, file number: Int64, at bytes: Int64?, _ options: Options,
        disk: DiskFile? = nil
    ) throws -> Part {
        let path = layout.path(of: number)
        do {
            let file = try disk ?? DiskFile(path, .update)
            try layout.removeFiles(after: number)
            if let bytes, bytes < 0 {
                throw RecordingError(.damaged, path, "a checkpoint at byte \(bytes)")
            }
            return Part(
                disk: file,
                writer: try MCAPWriter(
                    resuming: file, at: bytes.map { UInt64($0) }, options: options.container))
        } catch let error as MCAPError where error.code == .system {
            throw RecordingError(error, path)
        } catch let error as MCAPError {
            throw RecordingError(
                .damaged, path,
                "cannot be continued: \(error.message); put it back, or give new files")
        }
    }

    /// The last arrival that is known, in nanoseconds since 1970; later ones must be greater.
    public var lastArrivalNs: UInt64 {
        max(writer.statistics.messageEndTimeNs, earlierArrivalNs)
    }

    /// The first arrival in the file at hand; nil where it has none yet.
    var firstArrivalNs: UInt64? {
        let statistics = writer.statistics
        return statistics.messages == 0 ? nil : statistics.messageStartTimeNs
    }

    /// Whether anything was written behind the place.
    func hasMore(than place: Checkpoint.Place?) -> Bool {
        guard let place else { return true }
        return writer.openChunkBytes > 0 || file != place.file
            || writer.position > UInt64(place.bytes)
    }

    /// Finds out where the channels of a file stand that is gone on with.
    private func noteChannels() throws {
        channels = [:]
        let path = layout.path(of: file)
        do {
            let reader = try MCAPReader(part.disk)
            let seek = try OffsetSeek(reader, path: path)
            let counts = writer.statistics.byChannel
            var ordered: [UInt16: TopicPartition] = [:]
            for channel in writer.channels {
                guard let source = RecordingChannel.source(of: channel) else { continue }
                let isOrdered = seek.isOrdered(channel.id)
                if isOrdered { ordered[channel.id] = source }
                channels[source] = Channel(
                    id: channel.id,
                    sequence: UInt32(truncatingIfNeeded: counts[channel.id] ?? 0),
                    isOrdered: isOrdered)
            }
            for (id, place) in try seek.places(.last, of: ordered) {
                if let source = ordered[id] { channels[source]?.last = place }
            }
        } catch let error as MCAPError {
            throw RecordingError(error, path)
        }
    }

    // MARK: Writing

    /// Appends all records of a block, in its order; each record's `log_time` is its arrival.
    public func append(_ block: RecordBlock) throws {
        guard !block.isEmpty else { return }
        var channel = try self.channel(of: block.source)
        do {
            try block.withUnsafeBytes { bytes in
                for entry in block.entries {
                    channel.sequence &+= 1
                    if channel.isOrdered {
                        let place = RecordPlace(offset: entry.offset, arrivalNs: entry.arrivalNs)
                        if let last = channel.last, !place.follows(last) {
                            try writer.add(ChannelOrder.metadata(ofUnordered: channel.id))
                            channel.isOrdered = false
                        }
                        channel.last = place
                    }
                    let published =
                        entry.timestampKind == .none || entry.timestampMs < 0
                        ? entry.arrivalNs : UInt64(entry.timestampMs) &* 1_000_000
                    try writer.append(
                        UnsafeRawBufferPointer(
                            rebasing: bytes[Int(entry.start)..<Int(entry.end)]),
                        MessageHeader(
                            channelID: channel.id, sequence: channel.sequence,
                            logTimeNs: entry.arrivalNs, publishTimeNs: published))
                }
            }
        } catch let error as MCAPError {
            throw failure(error)
        }
        channels[block.source] = channel
    }

    private func channel(of source: TopicPartition) throws -> Channel {
        if let known = channels[source] { return known }
        do {
            let id = try writer.addChannel(
                topic: source.topic, messageEncoding: "protobuf", schemaID: 1,
                metadata: RecordingChannel.metadata(of: source))
            channels[source] = Channel(id: id)
            return Channel(id: id)
        } catch  where error.code == .limit {
            throw RecordingError(
                .mismatch, layout.path(of: file),
                "\(source) is topic-partition number 65,536, and an MCAP file has numbers for "
                    + "65,535; record fewer topics into one recording")
        } catch {
            throw failure(error)
        }
    }

    /// Closes the chunk at hand and hands everything to the system.
    ///
    /// - Returns: the place behind it. A file that has grown beyond `rotateBytes` is closed first, and
    ///   the place is then the beginning of the next.
    public func closeChunk() throws -> Checkpoint.Place {
        do {
            try writer.closeChunk()
            if let limit = options.rotateBytes, writer.position >= UInt64(limit) {
                earlierArrivalNs = lastArrivalNs
                try writer.close()
                part = try Self.begin(layout.path(of: file + 1), identity, options)
                file += 1
                channels = [:]
                try writer.flush()
            }
        } catch let error as MCAPError {
            throw failure(error)
        }
        return Checkpoint.Place(file: file, bytes: Int64(writer.position))
    }

    /// Cuts everything behind `place` and goes on there.
    public func rollBack(to place: Checkpoint.Place) throws {
        // By the descriptor: another file that came to its path is none of ours to cut.
        let disk = place.file == file ? part.disk : nil
        file = place.file
        part = try Self.resume(layout, file: file, at: place.bytes, options, disk: disk)
        try noteChannels()
    }

    /// Cuts what a write left behind that did not succeed.
    func cutTorn() throws {
        do { try part.disk.truncate(to: writer.position) } catch { throw failure(error) }
    }

    /// - Throws: `RecordingError` where the file at hand is no longer at its path.
    func checkPlace() throws {
        do {
            if try part.disk.isAtPath() { return }
        } catch {
            throw failure(error)
        }
        throw RecordingError.isGone(layout.path(of: file))
    }

    /// Returns when everything handed over would survive a loss of power.
    public func synchronize() throws {
        do { try writer.synchronize() } catch { throw failure(error) }
    }

    /// Writes the summary and closes the recording.
    public func close() throws {
        do { try writer.close() } catch { throw failure(error) }
    }

    private func failure(_ error: MCAPError) -> RecordingError {
        RecordingError(error, layout.path(of: file))
    }
}
