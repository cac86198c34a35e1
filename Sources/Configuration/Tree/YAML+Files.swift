#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension YAML {
    /// Reads a document from a file; problems bear the path as it was given.
    ///
    /// - Throws: as `read(_:file:_:)`, and a problem without a place where the file cannot be read.
    public static func read<Value>(
        path: String, _ read: (Element) -> Value?
    ) throws(ConfigurationError) -> Value {
        let bytes: [UInt8]
        do {
            bytes = try contents(of: path)
        } catch {
            throw ConfigurationError([
                Problem(file: path, place: nil, found: "cannot be read: \(error.reason)")
            ])
        }
        return try self.read(bytes, file: path, read)
    }

    private struct Unreadable: Error {
        let reason: String
        /// The reason of the last system call.
        init() { reason = String(cString: strerror(errno)) }
    }

    /// One byte more than is accepted at the most.
    private static func contents(of path: String) throws(Unreadable) -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw Unreadable() }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while bytes.count <= mostBytes {
            let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = fread(buffer.baseAddress, 1, buffer.count, file)
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        if ferror(file) != 0 { throw Unreadable() }
        return bytes
    }
}
