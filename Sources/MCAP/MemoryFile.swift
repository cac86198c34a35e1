/// A file in memory.
public final class MemoryFile: ByteSource, ByteSink {
    public private(set) var bytes: [UInt8]

    public init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    public var byteCount: UInt64 { UInt64(bytes.count) }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int {
        guard offset < byteCount else { return 0 }
        let start = Int(offset)
        let count = min(buffer.count, bytes.count - start)
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
        return count
    }

    public func write(_ source: UnsafeRawBufferPointer, at offset: UInt64) {
        let start = Int(offset)
        let end = start + source.count
        if start == bytes.count {
            bytes.append(contentsOf: source)
            return
        }
        if end > bytes.count { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        bytes.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[start..<end]).copyMemory(from: source)
        }
    }

    public func truncate(to length: UInt64) {
        if length < byteCount { bytes.removeLast(bytes.count - Int(length)) }
    }

    public func synchronize() {}
}
