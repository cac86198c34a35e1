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

    /// - Parameter attempts: how often it asks, a hundredth of a second apart.
    /// - Throws: `RecordingError` of kind `locked` where another process holds it.
    init(_ path: String, attempts: Int = 100) throws(RecordingError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw RecordingError(
                .system, path, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        // From here on `deinit` closes it, also where this throws.
        var code: Int32 = 0
        // Whoever was killed a moment ago, or is about to start a program, may hold it a little longer.
        for attempt in 0..<max(1, attempts) {
            if attempt > 0 {
                var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
                nanosleep(&pause, nil)
            }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            code = errno
            guard code == EWOULDBLOCK else { break }
        }
        if code == EWOULDBLOCK {
            throw RecordingError(
                .locked, path,
                "another process is writing it; give each instance files of its own")
        }
        throw RecordingError(
            .system, path, "cannot be locked: \(String(cString: strerror(code)))")
    }

    /// Whether another process holds it, and does not let go for a while; false for what cannot be opened.
    static func isHeld(_ path: String) -> Bool {
        do {
            _ = try FileLock(path)
            return false
        } catch {
            return error.kind == .locked
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
