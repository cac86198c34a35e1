#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file on disk, read and written at any place through its descriptor.
///
/// It is read, not mapped: a file that another process cuts meanwhile is a damage to report, where a
/// map would end the process.
public final class DiskFile: ByteSource, ByteSink {
    public enum Mode: Sendable {
        /// An existing file, only to read.
        case read
        /// A new file; one that exists is refused.
        case create
        /// A new file in place of one that may exist.
        case replace
        /// An existing file, to read and write.
        case update
    }

    public let path: String
    /// For locks and the like; open as long as this object lives.
    public let descriptor: Int32

    /// - Throws: ``MCAPError/Code/system`` when the system refuses, or for a path that is no regular file.
    public init(_ path: String, _ mode: Mode) throws(MCAPError) {
        self.path = path
        let flags: Int32 =
            switch mode {
            case .read: O_RDONLY
            case .create: O_RDWR | O_CREAT | O_EXCL
            case .replace: O_RDWR | O_CREAT | O_TRUNC
            case .update: O_RDWR
            }
        // Without O_NONBLOCK a pipe that nobody writes to would be waited for; files do not care.
        let opened = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o666)
        guard opened >= 0 else {
            throw Self.failure(mode == .create ? "create" : "open", path, errno)
        }
        descriptor = opened
        var status = stat()
        guard fstat(opened, &status) == 0 else { throw Self.failure("examine", path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw MCAPError(.system, "cannot open \(path): it is no regular file", systemCode: 0)
        }
    }

    deinit { close(descriptor) }

    public var byteCount: UInt64 {
        get throws(MCAPError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else {
                throw Self.failure("examine", path, errno)
            }
            return UInt64(status.st_size)
        }
    }

    /// Whether the path still names this file: false once it was removed, moved or replaced.
    ///
    /// - Throws: `MCAPError.system` where nobody is told, as in a folder that lost its permissions.
    public func isAtPath() throws(MCAPError) -> Bool {
        var own = stat()
        var named = stat()
        guard fstat(descriptor, &own) == 0 else { throw Self.failure("examine", path, errno) }
        guard stat(path, &named) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return false }
            throw Self.failure("examine", path, errno)
        }
        return own.st_dev == named.st_dev && own.st_ino == named.st_ino
    }

    public func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(MCAPError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, base + done, buffer.count - done, off_t(offset) + off_t(done))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure("read", path, errno)
            }
            done += count
        }
        return done
    }

    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(MCAPError) {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, base + done, bytes.count - done, off_t(offset) + off_t(done))
            guard count > 0 else {
                if count < 0 && errno == EINTR { continue }
                throw Self.failure("write", path, count == 0 ? EIO : errno)
            }
            done += count
        }
    }

    public func truncate(to length: UInt64) throws(MCAPError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw Self.failure("cut", path, errno)
        }
    }

    public func synchronize() throws(MCAPError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("synchronise", path, errno) }
    }

    private static func failure(_ verb: String, _ path: String, _ code: Int32) -> MCAPError {
        MCAPError(
            .system, "cannot \(verb) \(path): \(String(cString: strerror(code)))",
            systemCode: code)
    }
}
