/// What a recovery read and wrote.
public struct RecoveryReport: Equatable, Sendable {
    /// How the file that was read ends; its damage is where reading stopped.
    public let ending: Ending
    /// Bytes of it that were whole.
    public let wholeBytes: UInt64
    /// What the new file holds, counted by reading it again.
    public let written: CheckReport
}

extension MCAPReader {
    /// Writes everything that is readable into a new, whole file, then reads that from its first byte
    /// to its last and compares.
    ///
    /// Chunks and attachments are copied as they stand, message indexes and summary are made anew, and
    /// schemas and channels that stood only in chunks are put in front of them too. Attachments go
    /// through memory one at a time.
    ///
    /// - Parameters:
    ///   - file: empty, to read and write.
    ///   - shouldStop: asked before each record or chunk.
    /// - Throws: ``MCAPError/Code/recovery`` where the new file does not hold what was read,
    ///   ``MCAPError/Code/stopped``; what either file throws.
    public func recover(
        to file: any ByteSource & ByteSink, shouldStop: () -> Bool = { false }
    ) throws(MCAPError) -> RecoveryReport {
        guard try file.byteCount == 0 else {
            throw MCAPError(.recovery, "the file to recover into is not empty")
        }
        let scanner = try DataScanner(source, .contents, limits: limits, computesCRC: true)
        let writer = try MCAPWriter(to: file, header: header)
        do throws(MCAPError) {
            while let event = try scanner.next() {
                if shouldStop() { throw MCAPError(.stopped, "stopped") }
                try copy(event, of: scanner, to: writer)
            }
        } catch {
            guard let damage = scanner.ending?.damage, damage == error.damage else { throw error }
        }
        try writer.close()
        try writer.synchronize()
        let written = try MCAPReader(file, limits: limits).check()
        guard written.ending == .closed,
            written.statistics.holds(scanner.contents.statistics)
        else {
            throw MCAPError(
                .recovery,
                "the recovered file does not hold what was read: "
                    + (written.ending.damage?.description
                        ?? "\(written.statistics.messages) messages instead of "
                        + "\(scanner.contents.statistics.messages)"))
        }
        return RecoveryReport(
            ending: scanner.ending ?? .open, wholeBytes: scanner.wholeBytes, written: written)
    }

    private func copy(
        _ event: ScanEvent, of scanner: DataScanner, to writer: MCAPWriter
    ) throws(MCAPError) {
        switch event {
        case .header, .messageIndex, .dataEnd: break
        case .schema(let schema): if schema.id != 0 { try writer.add(schema) }
        case .channel(let channel): try writer.add(channel)
        case .message(let header, let data): try writer.append(data, header)
        case .attachment(let entry): try writer.add(try attachment(entry))
        case .metadata(let metadata): try writer.add(metadata)
        case .chunk(let records):
            let definitions = scanner.contents.definitions
            if definitions.count != writer.contents.definitions.count {
                for schema in definitions.sortedSchemas { try writer.add(schema) }
                for channel in definitions.sortedChannels { try writer.add(channel) }
            }
            guard let entry = scanner.contents.chunks.last else { break }
            try copyBytes(scanner.place) { bytes throws(MCAPError) in
                try writer.copyChunk(bytes, entry, records: records)
            }
        case .unknown:
            try copyBytes(scanner.place) { bytes throws(MCAPError) in
                try writer.copyRecord(bytes)
            }
        }
    }

    private func copyBytes(
        _ place: RecordPlace, _ body: (UnsafeRawBufferPointer) throws(MCAPError) -> Void
    ) throws(MCAPError) {
        do throws(Fault) {
            var stream = try stream(from: place.start, length: place.length)
            let content = try stream.content(of: place, limits: limits)
            let whole = UnsafeRawBufferPointer(
                start: content.baseAddress.map { $0 - Layout.recordHead },
                count: Int(place.length))
            do throws(MCAPError) { try body(whole) } catch { throw Fault(error) }
        } catch {
            throw try damage(error, at: place.start)
        }
    }
}

extension Statistics {
    /// Whether everything that was read is here; messages that stood outside of chunks are in chunks now.
    fileprivate func holds(_ read: Statistics) -> Bool {
        var comparable = self
        comparable.chunks = read.chunks
        return comparable == read && chunks >= read.chunks
    }
}
