#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Keeps two instances from writing one file or folder, until this object or the process ends,
/// however it ends.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `RecordingError` of kind `locked` where another process holds it.
    init(_ path: String) throws(RecordingError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw RecordingError(
                .system, path, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
        let code = errno
        close(descriptor)
        if code == EWOULDBLOCK {
            throw RecordingError(
                .locked, path,
                "another process is writing it; give each instance files of its own")
        }
        throw RecordingError(
            .system, path, "cannot be locked: \(String(cString: strerror(code)))")
    }

    deinit { close(descriptor) }
}
