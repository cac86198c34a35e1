extension MCAPWriter {
    /// Makes data end, summary, summary offsets, footer and magic bytes, ready to be written behind
    /// everything else.
    func putSummary(dataCRC: UInt32) throws(MCAPError) {
        try pending.put(record: DataEnd(dataCRC: options.dataCRC ? dataCRC : 0))
        let summary = pending.count
        var groups: [SummaryOffset] = []
        try putGroup(.schemas, contents.definitions.sortedSchemas, &groups)
        try putGroup(.channels, contents.definitions.sortedChannels, &groups)
        try putGroup(.statistics, [contents.statistics], &groups)
        try putGroup(.chunkIndexes, contents.chunks, &groups)
        try putGroup(.attachmentIndexes, contents.attachments, &groups)
        try putGroup(.metadataIndexes, contents.metadata, &groups)
        let offsets = pending.count
        if options.summary.contains(.offsets) {
            for group in groups { try pending.put(record: group, padding: options.padding) }
        }
        let footer = Footer(
            summaryStart: offsets > summary ? position + UInt64(summary) : 0,
            summaryOffsetStart: pending.count > offsets ? position + UInt64(offsets) : 0,
            summaryCRC: 0)
        try pending.put(record: footer)
        if options.summaryCRC {
            let covered = UnsafeRawBufferPointer(
                rebasing: pending.bytes[summary..<pending.count - 4])
            pending.set(CRC32.of(covered), at: pending.count - 4)
        }
        pending.put(Layout.magic)
    }

    private func putGroup<Entry: CodedRecord>(
        _ part: WriterOptions.Summary, _ records: [Entry], _ groups: inout [SummaryOffset]
    ) throws(MCAPError) {
        guard options.summary.contains(part), !records.isEmpty else { return }
        let start = pending.count
        for record in records { try pending.put(record: record, padding: options.padding) }
        groups.append(
            SummaryOffset(
                groupOpcode: Entry.opcode.rawValue, groupStart: position + UInt64(start),
                groupLength: UInt64(pending.count - start)))
    }
}
