import CLZ4
import CZstd

/// Decompresses one chunk after the other with contexts that are made once.
struct Decompressor: ~Copyable {
    private var zstd: OpaquePointer?
    private var lz4: OpaquePointer?

    deinit {
        ZSTD_freeDCtx(zstd)
        LZ4F_freeDecompressionContext(lz4)
    }

    /// Fills `output` with the records of a chunk.
    ///
    /// The size that the chunk states is checked against what the compressed bytes say of themselves
    /// before any room is made, and against what came out.
    mutating func decompress(
        _ source: UnsafeRawBufferPointer, _ chunk: ChunkHeader, into output: inout ByteBuffer
    ) throws(Fault) {
        output.removeAll()
        let size = Int(chunk.uncompressedBytes)
        switch chunk.compression {
        case "":
            guard source.count == size else {
                throw Fault(.changed, "\(source.count) uncompressed bytes instead of \(size)")
            }
            output.put(source)
        case "zstd":
            try decompressZstd(source, to: size, into: &output)
        case "lz4":
            try decompressLZ4(source, to: size, into: &output)
        default:
            throw Fault(
                .changed,
                "a chunk compressed with “\(chunk.compression)”; zstd, lz4 and none are read")
        }
    }

    private mutating func decompressZstd(
        _ source: UnsafeRawBufferPointer, to size: Int, into output: inout ByteBuffer
    ) throws(Fault) {
        if size == 0 && source.count == 0 { return }
        // The library answers with the two highest numbers for "unknown" and "no frame".
        let stated = ZSTD_getFrameContentSize(source.baseAddress, source.count)
        guard stated > UInt64.max - 2 || stated <= UInt64(size) else {
            throw Fault(.changed, "a zstd frame of \(stated) bytes where the chunk states \(size)")
        }
        if zstd == nil { zstd = ZSTD_createDCtx() }
        output.reserve(max(size, 1))
        let written = ZSTD_decompressDCtx(
            zstd, output.base, size, source.baseAddress, source.count)
        guard ZSTD_isError(written) == 0 else {
            throw Fault(
                .changed, "zstd cannot read it: \(String(cString: ZSTD_getErrorName(written)))")
        }
        guard written == size else {
            throw Fault(.changed, "\(written) bytes decompressed where the chunk states \(size)")
        }
        output.grow(by: written)
    }

    private mutating func decompressLZ4(
        _ source: UnsafeRawBufferPointer, to size: Int, into output: inout ByteBuffer
    ) throws(Fault) {
        // No byte of LZ4 stands for more than 255 others.
        guard size <= source.count.multipliedReportingOverflow(by: 255).partialValue else {
            throw Fault(.changed, "\(size) bytes cannot come of \(source.count) in lz4")
        }
        if lz4 == nil {
            let code = LZ4F_createDecompressionContext(&lz4, UInt32(LZ4F_VERSION))
            guard LZ4F_isError(code) == 0 else { throw Fault(.changed, "no memory for lz4") }
        }
        LZ4F_resetDecompressionContext(lz4)
        output.reserve(size)
        var from = 0
        var wanted = 1
        while from < source.count {
            var taken = source.count - from
            var made = size - output.count
            let room = made
            wanted = LZ4F_decompress(
                lz4, output.base + output.count, &made, source.baseAddress! + from, &taken, nil)
            guard LZ4F_isError(wanted) == 0 else {
                throw Fault(
                    .changed, "lz4 cannot read it: \(String(cString: LZ4F_getErrorName(wanted)))")
            }
            output.grow(by: made)
            from += taken
            if taken == 0 && made == 0 {
                throw Fault(
                    .changed,
                    room == 0
                        ? "more than the \(size) bytes that the chunk states"
                        : "lz4 cannot go on at byte \(from) of its data")
            }
        }
        guard output.count == size, wanted == 0 || (size == 0 && source.isEmpty) else {
            throw Fault(
                .changed, "\(output.count) bytes decompressed where the chunk states \(size)")
        }
    }
}
