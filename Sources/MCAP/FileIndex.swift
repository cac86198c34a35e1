/// What a file holds and where, without its messages.
///
/// Its size grows with the number of chunks (about 100 bytes and 16 for each channel in it), not with
/// that of messages.
public struct FileIndex: Sendable {
    /// By rising number.
    public let schemas: [Schema]
    public let channels: [Channel]
    /// In the order of the file.
    public let chunks: [ChunkIndex]
    public let attachments: [AttachmentIndex]
    public let metadata: [MetadataIndex]
    public let statistics: Statistics
    /// How the file ends. Where the summary was enough, the data were not read for this.
    public let ending: Ending
    /// Whether the file's own summary was enough, or all of it had to be gone through.
    public let isFromSummary: Bool
    /// The first byte behind the last whole record of the data.
    public let dataBytes: UInt64

    let definitions: Definitions
    let runs: [MessageRun]

    init(
        _ contents: Contents, statistics: Statistics, runs: [MessageRun], ending: Ending,
        dataBytes: UInt64, isFromSummary: Bool
    ) {
        definitions = contents.definitions
        schemas = contents.definitions.sortedSchemas
        channels = contents.definitions.sortedChannels
        chunks = contents.chunks.sorted { $0.chunkStart < $1.chunkStart }
        attachments = contents.attachments
        metadata = contents.metadata
        self.statistics = statistics
        self.runs = runs
        self.ending = ending
        self.dataBytes = dataBytes
        self.isFromSummary = isFromSummary
    }

    /// The channels of a topic.
    public func channels(ofTopic topic: String) -> [Channel] {
        channels.filter { $0.topic == topic }
    }
}
