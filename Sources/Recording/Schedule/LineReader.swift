#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a text file line by line in one buffer; memory does not grow with the file.
final class LineReader {
    private let stream: any ByteStream
    private let path: String
    private var buffer: UnsafeMutableRawBufferPointer
    /// The unread part of the buffer, and the place of its first byte in the file.
    private var start = 0
    private var end = 0
    private(set) var position: UInt64 = 0
    private(set) var line = 0
    /// The longest line that is read; a checkpoint of some 100,000 partitions fits.
    private static let longestLine = 256 << 20

    init(_ stream: any ByteStream, path: String) {
        self.stream = stream
        self.path = path
        buffer = .allocate(byteCount: 1 << 18, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Lends the next line without its line feed; `isWhole` is false for a last one that lacks it.
    ///
    /// - Returns: nil at the end of the file.
    func next<Result>(
        _ body: (_ line: UnsafeRawBufferPointer, _ isWhole: Bool) throws -> Result
    ) throws -> Result? {
        var searched = 0
        while true {
            let unread = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            if let feed = Self.lineFeed(in: unread, from: searched) {
                line += 1
                defer {
                    start += feed + 1
                    position += UInt64(feed + 1)
                }
                return try body(UnsafeRawBufferPointer(rebasing: unread[0..<feed]), true)
            }
            searched = unread.count
            if try fill() { continue }
            if start == end { return nil }
            line += 1
            defer {
                position += UInt64(end - start)
                start = end
            }
            return try body(UnsafeRawBufferPointer(rebasing: buffer[start..<end]), false)
        }
    }

    /// Reads more behind what is there; false at the end of the file.
    private func fill() throws -> Bool {
        if start > 0 {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            end -= start
            start = 0
        }
        if end == buffer.count {
            guard buffer.count < Self.longestLine else {
                throw RecordingError(
                    .damaged, path, "line \(line + 1) is longer than \(Self.longestLine) bytes")
            }
            let wider = UnsafeMutableRawBufferPointer.allocate(
                byteCount: buffer.count * 2, alignment: 16)
            wider.copyMemory(from: UnsafeRawBufferPointer(buffer))
            buffer.deallocate()
            buffer = wider
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
        let count = try stream.read(into: room)
        end += count
        return count > 0
    }

    private static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
