internal import CMicrohttpd

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A socket that listens, made here rather than by the server's library, which would not say why it
/// cannot be.
struct Listener {
    let socket: Int32
    let port: UInt16
    /// `127.0.0.1:9400`, `[::1]:9400`.
    let address: String

    init(host: String, port: UInt16) throws(PageServerError) {
        let wanted = "port \(port) of \(host)"
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Self.stream
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host.isEmpty ? nil : host, "\(port)", &hints, &found)
        guard code == 0, let first = found else {
            throw PageServerError(
                "\(host) is no name or address that this machine knows: "
                    + "\(String(cString: gai_strerror(code))); 127.0.0.1 serves this machine alone")
        }
        defer { freeaddrinfo(first) }
        let entry = first.pointee
        let made = Self.open(entry)
        guard made >= 0 else { throw PageServerError("\(wanted): \(Self.reason(errno))") }
        // A port that was just left may be taken again at once; one that is served may not.
        var yes: Int32 = 1
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(made, entry.ai_addr, entry.ai_addrlen) == 0, listen(made, 128) == 0 else {
            let failure = errno
            close(made)
            throw PageServerError("\(wanted) \(Self.reason(failure))")
        }
        socket = made
        (address, self.port) = Self.name(of: made)
    }

    private static func open(_ entry: addrinfo) -> Int32 {
        #if canImport(Glibc)
            Glibc.socket(entry.ai_family, entry.ai_socktype | closedOnExec, entry.ai_protocol)
        #elseif canImport(Musl)
            Musl.socket(entry.ai_family, entry.ai_socktype | closedOnExec, entry.ai_protocol)
        #else
            Darwin.socket(entry.ai_family, entry.ai_socktype | closedOnExec, entry.ai_protocol)
        #endif
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "is taken by another program; name another port, or 0 for any that is free"
        case EACCES: "may not be taken by this user: ports below 1024 are the system's"
        case EADDRNOTAVAIL: "cannot be listened at: that address is none of this machine's"
        default: "cannot be listened at: \(String(cString: strerror(code)))"
        }
    }

    /// The address in numbers, as the system has it.
    private static func name(of socket: Int32) -> (String, UInt16) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: 128)
        var service = [CChar](repeating: 0, count: 32)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int32 in
                getsockname(socket, address, &length)
                return getnameinfo(
                    address, length, &host, socklen_t(host.count), &service,
                    socklen_t(service.count), NI_NUMERICHOST | NI_NUMERICSERV)
            }
        }
        guard code == 0 else { return ("", 0) }
        let name = text(host)
        let number = text(service)
        return (
            name.contains(":") ? "[\(name)]:\(number)" : "\(name):\(number)", UInt16(number) ?? 0
        )
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    #if canImport(Glibc)
        private static let stream = Int32(SOCK_STREAM.rawValue)
        private static let closedOnExec = Int32(SOCK_CLOEXEC.rawValue)
    #elseif canImport(Musl)
        private static let stream = SOCK_STREAM
        private static let closedOnExec = SOCK_CLOEXEC
    #else
        private static let stream = SOCK_STREAM
        private static let closedOnExec: Int32 = 0
    #endif
}
