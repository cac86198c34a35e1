/// What stands behind the data end.
struct SummarySection {
    var contents = Contents()
    var statistics: Statistics?
    var offsets: [SummaryOffset] = []
    var footer = Footer(summaryStart: 0, summaryOffsetStart: 0, summaryCRC: 0)

    /// Reads and checks everything from `start`, the first byte behind the data end, to the last byte
    /// of the file.
    ///
    /// - Throws: a fault with its place.
    init(
        of source: any ByteSource, from start: UInt64, to end: UInt64, limits: ReadLimits
    ) throws(Fault) {
        var stream = RecordStream(source, from: start, to: end, computesCRC: true)
        do throws(Fault) {
            while let place = try stream.place() {
                let content = try stream.content(of: place, limits: limits)
                if place.opcode == Opcode.footer.rawValue {
                    try readFooter(content, at: place, start, &stream)
                    return
                }
                try read(place, content)
                try stream.advance(place.length)
            }
            throw Fault(.cut, "the file ends in its summary, before a footer")
        } catch {
            var fault = error
            fault.byte = fault.byte ?? stream.position
            throw fault
        }
    }

    private mutating func read(
        _ place: RecordPlace, _ content: UnsafeRawBufferPointer
    ) throws(Fault) {
        switch Opcode(rawValue: place.opcode) {
        case .schema: try contents.definitions.read(schema: content)
        case .channel: try contents.definitions.add(Channel(content: content), needsSchema: false)
        case .statistics: statistics = try Statistics(content: content)
        case .chunkIndex: contents.chunks.append(try ChunkIndex(content: content))
        case .attachmentIndex: contents.attachments.append(try AttachmentIndex(content: content))
        case .metadataIndex: contents.metadata.append(try MetadataIndex(content: content))
        case .summaryOffset: offsets.append(try SummaryOffset(content: content))
        case nil where place.opcode != 0: break
        default: throw Fault(.changed, "a record with opcode \(place.opcode) in the summary")
        }
    }

    private mutating func readFooter(
        _ content: UnsafeRawBufferPointer, at place: RecordPlace, _ start: UInt64,
        _ stream: inout RecordStream
    ) throws(Fault) {
        guard place.length == UInt64(Layout.footer) else {
            throw Fault(.changed, "a footer of \(place.contentLength) bytes; it has 20")
        }
        footer = try Footer(content: content)
        guard footer.summaryStart == (place.start == start ? 0 : start) else {
            throw Fault(
                .changed,
                "the footer says the summary begins at \(footer.summaryStart); "
                    + "it begins at \(start)")
        }
        try stream.advance(place.length - 4)
        guard footer.summaryCRC == 0 || footer.summaryCRC == stream.crc.value else {
            throw Fault(
                .changed,
                "the checksum of the summary is \(stream.crc.value), not \(footer.summaryCRC)",
                byte: start)
        }
        try stream.advance(4)
        let rest = try stream.peek(Layout.magic.count + 1)
        guard rest.elementsEqual(Layout.magic) else {
            throw Layout.magic.starts(with: rest)
                ? Fault(.cut, "the file ends in its last magic bytes")
                : Fault(.changed, "other bytes than MCAP's magic ones behind the footer")
        }
    }
}
