import Foundation
import Metrics
import Synchronization
import Testing

@Suite struct PageServerTests {
    private static func server(
        _ page: @escaping @Sendable (String) -> PageServer.Page? = {
            $0 == "/here" ? PageServer.Page(contentType: "text/x", text: "hello\n") : nil
        }
    ) throws -> PageServer {
        try PageServer(host: "127.0.0.1", port: 0, page: page)
    }

    @Test func `a page is served with its type and length`() throws {
        let server = try Self.server()
        let answer = try Answer.to("GET", "/here?a=b", port: server.port)
        #expect(answer.status == 200)
        #expect(answer.body == "hello\n")
        #expect(answer.has("Content-Type: text/x"))
        #expect(answer.has("Content-Length: 6"))
        #expect(server.address == "127.0.0.1:\(server.port)")
    }

    @Test func `HEAD answers as GET does, without the body`() throws {
        let server = try Self.server()
        let answer = try Answer.to("HEAD", "/here", port: server.port)
        #expect(answer.status == 200)
        #expect(answer.body == "")
        #expect(answer.has("Content-Length: 6"))
    }

    @Test(arguments: ["/", "/here/", "/Here", "/nowhere", "/../here", "/%2e%2e/etc/passwd"])
    func `a path that nobody serves is not found`(path: String) throws {
        let server = try Self.server()
        #expect(try Answer.to("GET", path, port: server.port).status == 404)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "NONSENSE"])
    func `another method is refused, with those that are not`(method: String) throws {
        let server = try Self.server()
        let body = ["POST", "PUT"].contains(method) ? String(repeating: "x", count: 5000) : ""
        let answer = try Answer.to(method, "/here", port: server.port, body: body)
        #expect(answer.status == 405)
        #expect(answer.has("Allow: GET, HEAD"))
    }

    @Test func `many ask at once, and each has its answer`() throws {
        let server = try Self.server { _ in
            PageServer.Page(text: String(repeating: "0123456789", count: 20_000))
        }
        let port = server.port
        let good = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 200) { _ in
            let answer = try? Answer.to("GET", "/", port: port)
            if answer?.status == 200, answer?.body.utf8.count == 200_000 {
                good.add(1, ordering: .relaxed)
            }
        }
        #expect(good.load(ordering: .relaxed) == 200)
    }

    @Test func `those who dawdle keep nobody waiting`() throws {
        let server = try Self.server { _ in
            PageServer.Page(text: String(repeating: "0123456789", count: 1_000_000))
        }
        // One says half a word, another one does not read its answer.
        let half = try Connection(port: server.port)
        try half.send("GET /he")
        let deaf = try Connection(port: server.port)
        try deaf.send("GET /here HTTP/1.1\r\nHost: a\r\n\r\n")
        for _ in 0..<10 {
            #expect(try Answer.to("GET", "/", port: server.port).body.utf8.count == 10_000_000)
        }
        withExtendedLifetime((half, deaf)) {}
    }

    @Test func `what is no HTTP is answered or closed, and others go on being served`() throws {
        let server = try Self.server()
        for text in [
            "\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        ] {
            let connection = try Connection(port: server.port)
            try connection.send(text)
        }
        let long = try Connection(port: server.port)
        try? long.send("GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n")
        #expect(try Answer.to("GET", "/here", port: server.port).status == 200)
    }

    @Test func `a port that is taken is said in one sentence`() throws {
        let server = try Self.server()
        let error = #expect(throws: PageServerError.self) {
            try PageServer(host: "127.0.0.1", port: server.port) { _ in nil }
        }
        #expect(
            error?.description
                == "port \(server.port) of 127.0.0.1 is taken by another program; name another port, "
                + "or 0 for any that is free")
    }

    @Test func `an address that is none of ours is said so`() throws {
        let foreign = #expect(throws: PageServerError.self) {
            try PageServer(host: "192.0.2.1", port: 0) { _ in nil }
        }
        #expect(foreign?.description.contains("none of this machine's") == true)
        let unknown = #expect(throws: PageServerError.self) {
            try PageServer(host: "no-such-host.invalid", port: 0) { _ in nil }
        }
        #expect(
            unknown?.description.hasPrefix("no-such-host.invalid is no name or address") == true)
    }

    @Test func `nobody listens any more once the server is gone`() throws {
        var server: PageServer? = try Self.server()
        let port = try #require(server?.port)
        #expect(try Answer.to("GET", "/here", port: port).status == 200)
        server = nil
        #expect(throws: TestFailure.self) { try Connection(port: port) }
    }
}
