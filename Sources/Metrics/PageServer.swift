internal import CMicrohttpd

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Serves pages over HTTP from a thread of its own, for as long as it lives: a few pages of text that
/// somebody asks for now and then. `GET` and `HEAD` are answered, other methods refused (405), other
/// paths are not there (404).
public final class PageServer {
    /// What is served at a path.
    public struct Page: Sendable {
        public var status: UInt32
        public var contentType: String
        public var text: String

        public init(
            status: UInt32 = 200, contentType: String = "text/plain; charset=utf-8", text: String
        ) {
            self.status = status
            self.contentType = contentType
            self.text = text
        }
    }

    /// Where it listens: `127.0.0.1:9400`, `[::1]:9400`.
    public let address: String
    /// The port that it listens at, also where any was asked for.
    public let port: UInt16
    private let daemon: OpaquePointer
    private let answers: Answers

    private static let mostConnections: UInt32 = 64
    private static let silenceSeconds: UInt32 = 10

    /// - Parameters:
    ///   - host: a name or an address of this machine; `127.0.0.1` is reached from nowhere else.
    ///   - port: 0 for one that is free.
    ///   - page: what is at a path, without the query; nil where nothing is. Called on the server's
    ///     thread, for one request at a time.
    /// - Throws: `PageServerError` where it cannot listen there.
    public init(
        host: String, port: UInt16, page: @escaping @Sendable (String) -> Page?
    ) throws(PageServerError) {
        let listener = try Listener(host: host, port: port)
        let answers = Answers(page)
        let daemon = kerfuffle_serve(
            listener.socket, answer, Unmanaged.passUnretained(answers).toOpaque(),
            Self.mostConnections, Self.silenceSeconds)
        guard let daemon else {
            close(listener.socket)
            throw PageServerError("the thread that serves \(listener.address) cannot be started")
        }
        self.answers = answers
        self.daemon = daemon
        self.port = listener.port
        address = listener.address
    }

    /// Closes the socket and waits for the thread.
    deinit { MHD_stop_daemon(daemon) }
}

/// Why no pages are served.
public struct PageServerError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// What the thread of the library asks for pages.
private final class Answers: Sendable {
    let page: @Sendable (String) -> PageServer.Page?

    init(_ page: @escaping @Sendable (String) -> PageServer.Page?) { self.page = page }
}

/// Answers a request as soon as its head is there; a body is not waited for.
private func answer(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let url, let method else {
        return kerfuffle_no_answer()
    }
    let answers = Unmanaged<Answers>.fromOpaque(context).takeUnretainedValue()
    let verb = String(cString: method)
    guard verb == "GET" || verb == "HEAD" else {
        let refusal = PageServer.Page(status: 405, text: "only GET and HEAD are answered here\n")
        return queue(refusal, on: connection, allowing: true)
    }
    let page =
        answers.page(String(cString: url))
        ?? PageServer.Page(status: 404, text: "nothing is here\n")
    return queue(page, on: connection)
}

private func queue(
    _ page: PageServer.Page, on connection: OpaquePointer, allowing: Bool = false
) -> MHD_Result {
    var text = page.text
    let response = text.withUTF8 { kerfuffle_response($0.baseAddress, $0.count) }
    guard let response else { return kerfuffle_no_answer() }
    defer { MHD_destroy_response(response) }
    MHD_add_response_header(response, "Content-Type", page.contentType)
    MHD_add_response_header(response, "Cache-Control", "no-store")
    if allowing { MHD_add_response_header(response, "Allow", "GET, HEAD") }
    return MHD_queue_response(connection, page.status, response)
}
