extension MCAPWriter {
    /// Goes on with a file that exists: what lies behind `position` is cut, and the writer stands as if
    /// it had written everything before.
    ///
    /// Schemas, channels, chunk indexes and statistics are rebuilt from the heads of the records and
    /// the message indexes; chunks are decompressed only where those do not tell enough. The file is
    /// read once for that, because the checksum over the data has to cover all of it.
    ///
    /// - Parameters:
    ///   - file: opened to read and write.
    ///   - position: a value of ``position`` or ``closeChunk()`` of the writer before. Nil goes on behind
    ///     the last whole record, whether the file was closed (its summary is cut) or left open.
    ///   - verifying: also decompresses and checks every chunk before `position`.
    /// - Throws: ``MCAPError/Code/position`` where no whole record ends at `position`, the file is shorter
    ///   or its data end before; ``MCAPError/Code/damaged`` for damage before it. The file is then as it
    ///   was.
    /// - Complexity: O(bytes before `position`), at the speed of reading and a checksum.
    public convenience init(
        resuming file: any ByteSource & ByteSink, at position: UInt64? = nil,
        options: WriterOptions = WriterOptions(), verifying: Bool = false
    ) throws(MCAPError) {
        let size = try file.byteCount
        if let position, position > size {
            throw MCAPError(
                .position, "the file has \(size) bytes; it cannot be resumed at \(position)")
        }
        let scanner = try Self.scan(file, to: position, options, verifying)
        try Self.checkPosition(position, scanner, options)
        if !scanner.lastChunkIsIndexed && options.messageIndexes,
            let last = scanner.contents.chunks.last
        {
            // Only without a position: the chunk is written again with its message indexes.
            let before = try Self.scan(file, to: last.chunkStart, options, verifying)
            try self.init(
                continuing: before.contents, in: file, at: last.chunkStart, crc: before.crc,
                options: options)
            try rewrite(last, of: file)
        } else {
            try self.init(
                continuing: scanner.contents, in: file, at: scanner.wholeBytes, crc: scanner.crc,
                options: options)
        }
        try file.truncate(to: self.position)
    }

    private static func scan(
        _ file: any ByteSource, to position: UInt64?, _ options: WriterOptions, _ verifying: Bool
    ) throws(MCAPError) -> DataScanner {
        do throws(MCAPError) {
            let scanner = try DataScanner(
                file, verifying ? .contents : .headers, limits: ReadLimits(), to: position,
                computesCRC: options.dataCRC)
            do throws(MCAPError) {
                while let event = try scanner.next() {
                    if case .dataEnd = event { break }
                }
            } catch  where position == nil && error.damage?.kind == .cut {
                // A file that ends inside a record is what resuming is for.
            }
            return scanner
        } catch  where position != nil && error.damage?.kind == .cut {
            throw MCAPError(
                .position, "no whole record ends at byte \(position ?? 0): \(error.message)")
        }
    }

    private static func checkPosition(
        _ position: UInt64?, _ scanner: DataScanner, _ options: WriterOptions
    ) throws(MCAPError) {
        guard let position else {
            guard scanner.sawHeader else {
                throw .damaged(
                    scanner.ending?.damage
                        ?? Damage(
                            kind: .cut, byte: 0, chunks: 0, messages: 0, reason: "no header"))
            }
            return
        }
        guard position == scanner.wholeBytes else {
            throw MCAPError(
                .position,
                "the data end at byte \(scanner.wholeBytes); nothing can go on at \(position)")
        }
        guard scanner.lastChunkIsIndexed || !options.messageIndexes else {
            throw MCAPError(
                .position, "byte \(position) is between a chunk and its message indexes")
        }
    }

    /// Writes a chunk again that lost its message indexes.
    private func rewrite(_ entry: ChunkIndex, of file: any ByteSource) throws(MCAPError) {
        var contents = ChunkContents()
        do throws(Fault) {
            var stream = RecordStream(
                file, from: entry.chunkStart, to: entry.chunkStart + entry.chunkLength,
                computesCRC: false)
            try contents.load(
                entry, from: &stream, &self.contents.definitions, limits: ReadLimits())
        } catch {
            throw .damaged(
                Damage(
                    kind: .changed, byte: entry.chunkStart,
                    chunks: UInt64(self.contents.chunks.count),
                    messages: self.contents.tally.messages, reason: error.reason))
        }
        chunk.adopt(contents.records.bytes)
        try closeChunk()
    }
}
