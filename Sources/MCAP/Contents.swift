/// What a writer has written, or a scan has found: all that a summary is made of.
struct Contents {
    var header = Header()
    var definitions = Definitions()
    var chunks: [ChunkIndex] = []
    var attachments: [AttachmentIndex] = []
    var metadata: [MetadataIndex] = []
    var tally = Tally()

    var statistics: Statistics {
        var statistics = Statistics()
        statistics.messages = tally.messages
        statistics.schemas = UInt16(clamping: definitions.schemas.count)
        statistics.channels = UInt32(definitions.channels.count)
        statistics.attachments = UInt32(clamping: attachments.count)
        statistics.metadata = UInt32(clamping: metadata.count)
        statistics.chunks = UInt32(clamping: chunks.count)
        statistics.messageStartTimeNs = tally.startTimeNs
        statistics.messageEndTimeNs = tally.endTimeNs
        statistics.channelMessages = tally.channelMessages
        return statistics
    }
}
