import CLZ4
import CZstd

/// Compresses one chunk after the other with contexts that are made once.
struct Compressor: ~Copyable {
    private let compression: Compression
    private var zstd: OpaquePointer?
    private var lz4: OpaquePointer?

    init(_ compression: Compression) throws(MCAPError) {
        self.compression = compression
        switch compression {
        case .none: break
        case .zstd(let level):
            zstd = ZSTD_createCCtx()
            guard zstd != nil else { throw MCAPError(.limit, "no memory for zstd") }
            try Self.set(ZSTD_c_compressionLevel, level, of: zstd)
            if level == 1 { try Self.set(ZSTD_c_hashLog, Self.fastestHashLog, of: zstd) }
        case .lz4:
            let code = LZ4F_createCompressionContext(&lz4, UInt32(LZ4F_VERSION))
            guard LZ4F_isError(code) == 0 else { throw MCAPError(.limit, "no memory for lz4") }
        }
    }

    /// The fastest level's table in 16 KiB, where it stays in a core's first cache beside the records: a
    /// tenth less time on records of 100 bytes than with the level's own 32 to 64 KiB, and as small.
    private static let fastestHashLog: Int32 = 12

    private static func set(
        _ parameter: ZSTD_cParameter, _ value: Int32, of context: OpaquePointer?
    ) throws(MCAPError) {
        let code = ZSTD_CCtx_setParameter(context, parameter, value)
        guard ZSTD_isError(code) == 0 else {
            throw MCAPError(.limit, "zstd: \(String(cString: ZSTD_getErrorName(code)))")
        }
    }

    deinit {
        ZSTD_freeCCtx(zstd)
        LZ4F_freeCompressionContext(lz4)
    }

    /// Appends `records`, compressed, to `output`.
    mutating func compress(
        _ records: UnsafeRawBufferPointer, into output: inout ByteBuffer
    ) throws(MCAPError) {
        switch compression {
        case .none:
            output.put(records)
        case .zstd:
            let bound = ZSTD_compressBound(records.count)
            output.reserve(bound)
            let written = ZSTD_compress2(
                zstd, output.base + output.count, bound, records.baseAddress, records.count)
            guard ZSTD_isError(written) == 0 else {
                throw MCAPError(.limit, "zstd: \(String(cString: ZSTD_getErrorName(written)))")
            }
            output.grow(by: written)
        case .lz4:
            try compressFrame(records, into: &output)
        }
    }

    private func compressFrame(
        _ records: UnsafeRawBufferPointer, into output: inout ByteBuffer
    ) throws(MCAPError) {
        var preferences = LZ4F_preferences_t()
        preferences.autoFlush = 1
        preferences.frameInfo.contentSize = UInt64(records.count)
        output.reserve(LZ4F_compressFrameBound(records.count, &preferences))
        func step(_ written: Int) throws(MCAPError) {
            guard LZ4F_isError(written) == 0 else {
                throw MCAPError(.limit, "lz4: \(String(cString: LZ4F_getErrorName(written)))")
            }
            output.grow(by: written)
        }
        try step(
            LZ4F_compressBegin(
                lz4, output.base + output.count, output.capacity - output.count, &preferences))
        try step(
            LZ4F_compressUpdate(
                lz4, output.base + output.count, output.capacity - output.count,
                records.baseAddress, records.count, nil))
        try step(
            LZ4F_compressEnd(
                lz4, output.base + output.count, output.capacity - output.count, nil))
    }
}
