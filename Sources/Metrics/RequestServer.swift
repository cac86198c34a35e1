internal import CMicrohttpd

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Serves HTTP requests with their bodies, each connection on a thread of its own: what a service calls that is
/// tested, and that may have to wait for its answer, or never get one.
public final class RequestServer {
    public struct Request: Hashable, Sendable {
        public var method: String
        /// With the query.
        public var path: String
        /// Names as they were sent, in order.
        public var headers: [Header]
        public var body: [UInt8]

        public struct Header: Hashable, Sendable {
            public var name: String
            public var value: String
        }
    }

    public enum Answer: Hashable, Sendable {
        case respond(status: UInt32, contentType: String, text: String)
        /// The connection is closed without a word.
        case close
    }

    /// Where it listens: `127.0.0.1:9400`.
    public let address: String
    private let daemon: OpaquePointer
    private let desk: Desk

    /// A body beyond this is refused (413).
    public static let mostBodyBytes = 16 << 20

    /// - Parameter answer: called on the connection's thread, several at a time; it may wait.
    /// - Throws: `PageServerError` where it cannot listen there.
    public init(
        host: String, port: UInt16, answer: @escaping @Sendable (Request) -> Answer
    ) throws(PageServerError) {
        let listener = try Listener(host: host, port: port)
        let desk = Desk(answer)
        let daemon = kerfuffle_serve_side_by_side(
            listener.socket, receive, Unmanaged.passUnretained(desk).toOpaque(), forget, 60)
        guard let daemon else {
            close(listener.socket)
            throw PageServerError("the thread that serves \(listener.address) cannot be started")
        }
        self.desk = desk
        self.daemon = daemon
        address = listener.address
    }

    /// Closes the socket and waits for the threads.
    deinit { MHD_stop_daemon(daemon) }
}

private final class Desk: Sendable {
    let answer: @Sendable (RequestServer.Request) -> RequestServer.Answer

    init(_ answer: @escaping @Sendable (RequestServer.Request) -> RequestServer.Answer) {
        self.answer = answer
    }
}

/// A request while its body comes in; it belongs to its connection's thread.
private final class Incoming {
    var body: [UInt8] = []
    var isTooLarge = false
}

/// Called when the head is there, for each piece of the body, and once more at its end.
private func receive(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let url, let method, let request, let size else {
        return kerfuffle_no_answer()
    }
    guard let known = request.pointee else {
        request.pointee = Unmanaged.passRetained(Incoming()).toOpaque()
        return kerfuffle_go_on()
    }
    let incoming = Unmanaged<Incoming>.fromOpaque(known).takeUnretainedValue()
    if size.pointee > 0 {
        if incoming.body.count + size.pointee > RequestServer.mostBodyBytes {
            incoming.isTooLarge = true
        } else if let data {
            incoming.body += UnsafeRawBufferPointer(start: data, count: size.pointee)
        }
        size.pointee = 0
        return kerfuffle_go_on()
    }
    let desk = Unmanaged<Desk>.fromOpaque(context).takeUnretainedValue()
    let whole = RequestServer.Request(
        method: String(cString: method), path: String(cString: url) + query(of: connection),
        headers: headers(of: connection), body: incoming.body)
    let answer =
        incoming.isTooLarge
        ? .respond(status: 413, contentType: "text/plain", text: "too large\n")
        : desk.answer(whole)
    guard case .respond(let status, let contentType, var text) = answer else {
        return kerfuffle_no_answer()
    }
    guard let response = text.withUTF8({ kerfuffle_response($0.baseAddress, $0.count) }) else {
        return kerfuffle_no_answer()
    }
    defer { MHD_destroy_response(response) }
    MHD_add_response_header(response, "Content-Type", contentType)
    return MHD_queue_response(connection, status, response)
}

private func forget(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let known = request?.pointee else { return }
    Unmanaged<Incoming>.fromOpaque(known).release()
    request?.pointee = nil
}

private final class Pairs {
    var all: [RequestServer.Request.Header] = []
}

private func pairs(of connection: OpaquePointer, _ kind: MHD_ValueKind) -> Pairs {
    let pairs = Pairs()
    MHD_get_connection_values(
        connection, kind,
        { context, _, name, value in
            guard let context, let name else { return kerfuffle_go_on() }
            Unmanaged<Pairs>.fromOpaque(context).takeUnretainedValue().all.append(
                .init(
                    name: String(cString: name), value: value.map { String(cString: $0) } ?? ""))
            return kerfuffle_go_on()
        }, Unmanaged.passUnretained(pairs).toOpaque())
    return pairs
}

private func headers(of connection: OpaquePointer) -> [RequestServer.Request.Header] {
    pairs(of: connection, kerfuffle_headers()).all
}

/// The query as the library has understood it.
private func query(of connection: OpaquePointer) -> String {
    let all = pairs(of: connection, kerfuffle_query()).all
    if all.isEmpty { return "" }
    return "?"
        + all.map { $0.value.isEmpty ? $0.name : "\($0.name)=\($0.value)" }
        .joined(separator: "&")
}
