#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that an option names, read as a whole: a plan, properties.
public enum SmallFile {
    /// Larger ones are refused, so that a wrong file name costs no memory.
    public static let mostBytes = 64 << 20

    /// Why a file cannot be read, in the system's own words.
    public struct Unreadable: Error, CustomStringConvertible {
        public let path: String
        public let reason: String
        public var description: String { "\(path): cannot be read: \(reason)" }
    }

    /// - Parameter path: of a file or a pipe.
    /// - Complexity: O(bytes)
    public static func bytes(_ path: String) throws(Unreadable) -> [UInt8] {
        func failed() -> Unreadable {
            Unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard let file = fopen(path, "rb") else { throw failed() }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while bytes.count <= mostBytes {
            let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = fread(buffer.baseAddress, 1, buffer.count, file)
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        if ferror(file) != 0 { throw failed() }
        guard bytes.count <= mostBytes else {
            throw Unreadable(
                path: path, reason: "it is too large; at most \(mostBytes) bytes are read")
        }
        return bytes
    }
}
