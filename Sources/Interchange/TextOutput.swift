import Perturbation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Text that is written in large pieces: to a new file or to standard output.
public final class TextOutput {
    private let name: String
    private let descriptor: Int32
    private let isOwned: Bool
    /// Append to this, then call ``flushIfLarge()``.
    public var text = TextBuffer()
    private static let large = 1 << 17

    public static let standard = "-"

    /// - Parameter path: `-` is standard output; a file that exists is refused.
    /// - Throws: `InterchangeError` of kind `system`.
    public init(path: String = TextOutput.standard) throws(InterchangeError) {
        if path == Self.standard {
            name = "standard output"
            descriptor = STDOUT_FILENO
            isOwned = false
            return
        }
        name = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        isOwned = true
        guard descriptor >= 0 else {
            let reason =
                errno == EEXIST
                ? "exists already; nothing is written over it"
                : "cannot be made: \(String(cString: strerror(errno)))"
            throw InterchangeError(.system, "\(path): \(reason)")
        }
    }

    deinit { if isOwned && descriptor >= 0 { close(descriptor) } }

    @inline(__always)
    public func flushIfLarge() throws(InterchangeError) {
        if text.count >= Self.large { try flush() }
    }

    public func flush() throws(InterchangeError) {
        let failure: Int32 = text.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                if count < 0 && errno != EINTR { return errno }
                done += max(0, count)
            }
            return 0
        }
        text.removeAll()
        if failure != 0 {
            throw InterchangeError(
                .system, "\(name): cannot be written: \(String(cString: strerror(failure)))")
        }
    }
}
