import CZstd
import MCAP

/// Compresses a closed schedule into a `.zst` file beside it. An open one stays plain text: a cut in it
/// must show as a cut line.
public enum SchedulePacker {
    /// - Parameter path: a plain schedule with its last line.
    /// - Returns: the new file's path; the plain one is left alone.
    /// - Throws: `RecordingError` for a schedule that is not closed, or a file that exists.
    @discardableResult
    public static func pack(_ path: String, level: Int32 = 3) throws -> String {
        let reader = try ScheduleReader(path: path, decisions: false)
        while try reader.next() != nil {}
        guard reader.isClosed else {
            throw RecordingError(
                .mismatch, path, "it has no last line yet; let its proxy end, then pack it")
        }
        let target = "\(path).zst"
        let (source, sink) = try (
            DiskFile.opened(path, .read), DiskFile.opened(target, .create)
        )
        do { try compress(source, into: sink, level) } catch let error as MCAPError {
            throw RecordingError(.system, target, error.message)
        }
        return target
    }

    private static func compress(_ source: DiskFile, into sink: DiskFile, _ level: Int32) throws {
        guard let context = ZSTD_createCCtx() else {
            throw RecordingError(.system, sink.path, "no memory to compress it")
        }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer {
            input.deallocate()
            output.deallocate()
        }
        var read: UInt64 = 0
        var written: UInt64 = 0
        var isLast = false
        while !isLast {
            let count = try source.read(into: input, at: read)
            read += UInt64(count)
            isLast = count < input.count
            var chunk = ZSTD_inBuffer(src: input.baseAddress, size: count, pos: 0)
            var left = 1
            repeat {
                var room = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                left = ZSTD_compressStream2(
                    context, &room, &chunk, isLast ? ZSTD_e_end : ZSTD_e_continue)
                if ZSTD_isError(left) != 0 {
                    throw RecordingError(
                        .system, sink.path,
                        "cannot be compressed: \(String(cString: ZSTD_getErrorName(left)))")
                }
                try sink.write(
                    UnsafeRawBufferPointer(rebasing: output[..<room.pos]), at: written)
                written += UInt64(room.pos)
            } while isLast ? left > 0 : chunk.pos < chunk.size
        }
        try sink.synchronize()
    }
}
