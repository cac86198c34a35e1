/// What a writer puts into a file. The defaults are for recordings: every checksum and every index.
public struct WriterOptions: Equatable, Sendable {
    /// Where schema and channel records go when they are added.
    public enum DefinitionPlace: Sendable {
        /// In front of the chunk at hand, so that a damaged chunk loses none.
        case topLevel
        /// Into the chunk at hand.
        case chunk
    }

    /// The records of the summary.
    public struct Summary: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let schemas = Summary(rawValue: 1)
        public static let channels = Summary(rawValue: 2)
        public static let statistics = Summary(rawValue: 4)
        public static let chunkIndexes = Summary(rawValue: 8)
        public static let attachmentIndexes = Summary(rawValue: 16)
        public static let metadataIndexes = Summary(rawValue: 32)
        /// Where each of the groups above begins.
        public static let offsets = Summary(rawValue: 64)
        public static let all = Summary(rawValue: 127)
    }

    /// The uncompressed size at which a chunk is closed before the next message, unless that message
    /// is larger alone; nil writes messages without chunks.
    public var chunkBytes: Int? = 1 << 20
    public var compression = Compression.zstd(level: 1)
    public var definitions = DefinitionPlace.topLevel
    public var messageIndexes = true
    public var summary = Summary.all
    public var chunkCRC = true
    public var dataCRC = true
    public var summaryCRC = true
    /// Bytes behind the last field of each record that the format lets grow, chunks and what is in
    /// them excepted: what a later version of the format might write. For tests.
    public var padding: [UInt8] = []

    public init() {}
}
