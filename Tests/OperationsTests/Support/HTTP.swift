import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A client that sends what it is told to, byte for byte.
final class Connection {
    private let socket: Int32

    /// - Throws: where nobody listens.
    init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            throw TestFailure("port \(port): \(String(cString: strerror(errno)))")
        }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    func send(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw TestFailure("cannot send") }
            bytes = bytes.dropFirst(sent)
        }
    }

    /// All that comes until the other end closes.
    func receive() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}

struct Answer {
    var status: Int
    var head: String
    var body: String

    init(_ text: String) throws {
        guard let end = text.range(of: "\r\n\r\n"),
            let status = Int(text.split(separator: " ").dropFirst().first ?? "")
        else { throw TestFailure("no answer of HTTP: \(text)") }
        self.status = status
        head = String(text[..<end.lowerBound])
        body = String(text[end.upperBound...])
    }

    func has(_ header: String) -> Bool {
        head.lowercased().contains("\r\n\(header.lowercased())")
    }

    /// One request on a connection of its own.
    static func to(_ method: String, _ path: String, port: UInt16, body: String = "") throws
        -> Answer
    {
        let connection = try Connection(port: port)
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        try connection.send(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(length)\r\n"
                + body)
        return try Answer(connection.receive())
    }
}
