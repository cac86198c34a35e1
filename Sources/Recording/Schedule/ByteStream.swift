import CZstd
import Foundation
import MCAP

/// Bytes that are read from front to back.
protocol ByteStream: AnyObject {
    /// Fills the front of `buffer`; 0 only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A file as it is.
final class FileStream: ByteStream {
    private let file: DiskFile
    private var position: UInt64 = 0

    init(_ file: DiskFile) { self.file = file }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try file.read(into: buffer, at: position)
        position += UInt64(count)
        return count
    }
}

/// What a Zstandard file holds; several frames follow each other without a seam.
final class ZstdStream: ByteStream {
    private let file: FileStream
    private let path: String
    private let context: OpaquePointer
    private let input: UnsafeMutableRawBufferPointer
    private var unread = ZSTD_inBuffer()
    private var isInsideFrame = false

    init(_ file: DiskFile) throws {
        guard let context = ZSTD_createDStream() else {
            throw RecordingError(.system, file.path, "no memory to decompress it")
        }
        self.file = FileStream(file)
        path = file.path
        self.context = context
        input = .allocate(byteCount: ZSTD_DStreamInSize(), alignment: 16)
        unread.src = UnsafeRawPointer(input.baseAddress)
    }

    deinit {
        ZSTD_freeDStream(context)
        input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while output.pos == 0 {
            if unread.pos == unread.size {
                unread.size = try file.read(into: input)
                unread.pos = 0
                if unread.size == 0 {
                    if isInsideFrame {
                        throw RecordingError(.damaged, path, "it ends inside a Zstandard frame")
                    }
                    return 0
                }
            }
            let left = ZSTD_decompressStream(context, &output, &unread)
            if ZSTD_isError(left) != 0 {
                throw RecordingError(
                    .damaged, path,
                    "no Zstandard data: \(String(cString: ZSTD_getErrorName(left)))")
            }
            isInsideFrame = left != 0
        }
        return output.pos
    }
}

extension DiskFile {
    /// Opens a file, or says why not in this module's words.
    static func opened(_ path: String, _ mode: Mode) throws(RecordingError) -> DiskFile {
        do { return try DiskFile(path, mode) } catch {
            throw RecordingError(
                .system, path, error.message.replacingOccurrences(of: " \(path)", with: ""),
                systemCode: error.systemCode)
        }
    }
}
