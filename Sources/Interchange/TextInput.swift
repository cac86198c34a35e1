#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Text that is read piece by piece: a file, a pipe, standard input.
public final class TextInput {
    /// How errors name it.
    public let name: String
    private let descriptor: Int32
    private let isOwned: Bool
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    /// - Parameter path: `-` is standard input.
    /// - Throws: `InterchangeError` of kind `system` where it cannot be opened.
    public init(path: String) throws(InterchangeError) {
        if path == "-" {
            name = "standard input"
            descriptor = STDIN_FILENO
            isOwned = false
            return
        }
        name = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        isOwned = true
        guard descriptor >= 0 else {
            throw InterchangeError(
                .system, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw InterchangeError(.system, "\(path): is a folder; a text file is needed")
        }
    }

    deinit { if isOwned && descriptor >= 0 { close(descriptor) } }

    /// Lends the next piece; false at the end.
    func next(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        let count = try buffer.withUnsafeMutableBytes { bytes in
            while true {
                let count = read(descriptor, bytes.baseAddress, bytes.count)
                if count >= 0 { return count }
                if errno != EINTR {
                    throw InterchangeError(
                        .system, "\(name): cannot be read: \(String(cString: strerror(errno)))")
                }
            }
        }
        try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        return count > 0
    }
}
