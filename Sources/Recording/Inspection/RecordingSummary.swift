import MCAP
import Records

/// What a recording holds, without its records.
public struct RecordingSummary: Hashable, Sendable {
    /// One file of the recording.
    public struct File: Hashable, Sendable {
        public var path: String
        public var bytes: UInt64
        public var chunks: Int
        /// Names of the compressions of its chunks, `none` among them.
        public var compressions: [String]
        /// Bytes of the chunks, as they stand and decompressed.
        public var compressedBytes: UInt64
        public var uncompressedBytes: UInt64
        public var ending: Ending
    }

    /// How a file ends.
    public enum Ending: Hashable, Sendable {
        case closed
        /// Without its last records: it is being written, or whoever wrote it was killed.
        case open
        /// It cannot be read beyond a place.
        case damaged(Damage)
    }

    /// Where a file stops being readable.
    public struct Damage: Hashable, Sendable, CustomStringConvertible {
        /// The file ends there; otherwise the bytes contradict each other.
        public var isCut: Bool
        public var byte: UInt64
        /// Whole ones in front of that byte.
        public var chunks: UInt64
        public var messages: UInt64
        public var reason: String

        public var description: String {
            "\(isCut ? "cut" : "damaged") at byte \(byte): \(reason); before it \(chunks) whole "
                + "chunks and \(messages) messages"
        }
    }

    /// One partition of one topic.
    public struct Partition: Hashable, Sendable {
        public var source: TopicPartition
        public var records: UInt64
        /// From the lowest offset to the highest.
        public var offsets: ClosedRange<Offset>
        /// Offsets in that range that no record has: compacted away, of aborted transactions, control
        /// records, or never read. nil where some offsets occur more than once.
        public var missing: UInt64?
        /// Places at which the offset does not rise: a topic that was made anew, or records that were
        /// read twice.
        public var returns: UInt64
    }

    public var path: String
    public var isFolder: Bool
    /// nil for an MCAP file of another program.
    public var identity: RecordingIdentity?
    public var files: [File]
    /// The number of the first file that is there; those before were removed.
    public var firstFile: Int64
    /// By topic and partition.
    public var partitions: [Partition]
    /// The first and last time of arrival in nanoseconds since 1970; nil where there is no record.
    public var arrivalsNs: ClosedRange<UInt64>?

    public var bytes: UInt64 { files.total(of: \.bytes) }
    public var chunks: Int { files.reduce(0) { $0 + $1.chunks } }
    public var compressedBytes: UInt64 { files.total(of: \.compressedBytes) }
    public var uncompressedBytes: UInt64 { files.total(of: \.uncompressedBytes) }
    public var records: UInt64 { partitions.total(of: \.records) }
    /// Those of channels that hold no records included.
    public var messages: UInt64 = 0
    /// Partitions whose channel says that offsets and times of arrival rise, which they do not: what looks for
    /// offsets may pass over some. Only known where every record was read.
    public var disordered: [TopicPartition] = []
    /// How the last file ends, or the first one that is damaged.
    public var ending: Ending {
        for file in files { if case .damaged = file.ending { return file.ending } }
        return files.last?.ending ?? .open
    }
}

extension RecordingSummary {
    /// Reads the summaries of all files, and of each partition its first and last record.
    ///
    /// - Parameter checking: reads and checks every byte instead of trusting the files' summaries.
    /// - Throws: `RecordingError` where there is no recording; damage is part of the answer.
    /// - Complexity: O(chunks + partitions), where files are closed and offsets rise; else the files
    ///   (or the partitions concerned) are read through.
    public init(path: String, checking: Bool = false) throws {
        self.path = path
        let layout = try RecordingLayout(opening: path)
        let numbers = try layout.files()
        isFolder = layout.isFolder
        firstFile = numbers[0]
        files = []
        partitions = []
        var tallies: [TopicPartition: PartitionTally] = [:]
        for number in numbers {
            let path = layout.path(of: number)
            do {
                let reader = try MCAPReader(path: path)
                if identity == nil { identity = try RecordingIdentity(of: reader, path: path) }
                let index = try reader.index()
                files.append(try File(reader, index, path: path, checking: checking))
                widen(by: index.statistics)
                do {
                    let found = try PartitionTally.count(
                        reader, index, path: path, checking: checking, into: &tallies)
                    disordered = Set(disordered + found).sorted()
                } catch let error as MCAPError {
                    // A chunk that the summary names does not hold: the summary alone did not tell.
                    guard let damage = error.damage else { throw error }
                    files[files.count - 1].ending = Ending(.damaged(damage))
                }
            } catch let error as MCAPError {
                throw RecordingError(error, path)
            }
        }
        partitions = tallies.values.compactMap(\.partition).sorted { $0.source < $1.source }
    }

    private mutating func widen(by statistics: Statistics) {
        guard statistics.messages > 0 else { return }
        messages = messages.adding(statistics.messages)
        let (start, end) = (statistics.messageStartTimeNs, statistics.messageEndTimeNs)
        let known = arrivalsNs ?? start...start
        arrivalsNs = min(known.lowerBound, start)...max(known.upperBound, start, end)
    }
}

extension RecordingSummary.File {
    fileprivate init(
        _ reader: MCAPReader, _ index: FileIndex, path: String, checking: Bool
    ) throws(MCAPError) {
        self.path = path
        bytes = try reader.source.byteCount
        chunks = index.chunks.count
        compressions = Set(index.chunks.map { $0.compression.isEmpty ? "none" : $0.compression })
            .sorted()
        compressedBytes = index.chunks.total(of: \.compressedBytes)
        uncompressedBytes = index.chunks.total(of: \.uncompressedBytes)
        ending = RecordingSummary.Ending(checking ? try reader.check().ending : index.ending)
    }
}
