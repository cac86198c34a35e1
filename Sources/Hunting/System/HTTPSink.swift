import Configuration
import Foundation
import Metrics
import Perturbation
import Records
import Synchronization

/// A server that the system under test calls, in place of a provider: it notes what it is asked and answers as
/// the hunt file says, late or with errors by draws from the trial's seed and the request's number.
final class HTTPSink: Sendable {
    /// A request that was noted, as the JSON line that is observed.
    struct Noted: Sendable {
        let number: Int
        let json: String
    }

    private struct State {
        var seen = 0
        var noted: [Noted] = []
    }

    private let state: Box
    private nonisolated(unsafe) let server: RequestServer
    let url: String

    private final class Box: Sendable {
        let state = Mutex(State())
    }

    init(_ answers: Hunt.HTTPAnswers, seed: String) throws {
        let box = Box()
        state = box
        let draws = DrawStream(seed: seed, purpose: "http", source: TopicPartition("", 0))
        server = try RequestServer(host: "127.0.0.1", port: 0) { request in
            let number = box.state.withLock { state in
                state.seen += 1
                return state.seen
            }
            var draws = draws.draws(at: Offset(number))
            let fails = draws.happens(answers.fail)
            let isSlow = draws.happens(answers.slow)
            let isLost = draws.happens(answers.lose)
            if fails {
                return .respond(
                    status: UInt32(answers.failure), contentType: "text/plain", text: "refused\n")
            }
            let noted = Noted(number: number, json: Self.json(request))
            box.state.withLock { $0.noted.append(noted) }
            if isSlow { Thread.sleep(forTimeInterval: answers.slowness.inSeconds) }
            if isLost { return .close }
            return .respond(
                status: UInt32(answers.status), contentType: answers.contentType,
                text: answers.body)
        }
        url = "http://\(server.address)"
    }

    var requests: [Noted] { state.state.withLock { $0.noted } }

    /// `{"method":"POST","path":"/charges","headers":{…},"body":…}`; a body that is JSON stands as it is. The header
    /// `host` is left out: it has the sink's port, which is another one in each trial.
    private static func json(_ request: RequestServer.Request) -> String {
        let body: JSONValue
        if request.body.isEmpty {
            body = .null
        } else if let parsed = try? request.body.withUnsafeBytes({
            try JSONValue(parsing: $0)
        }) {
            body = parsed
        } else {
            body = .string(String(decoding: request.body, as: UTF8.self))
        }
        let headers = request.headers.map { (name: $0.name.lowercased(), value: $0.value) }
            .filter { $0.name != "host" }.map { JSONValue.Member($0.name, .string($0.value)) }
        return JSONValue.object([
            .init("method", .string(request.method)), .init("path", .string(request.path)),
            .init("headers", .object(headers)), .init("body", body),
        ]).text
    }
}

extension Duration {
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

extension Draws {
    /// Whether an event of that probability happens.
    ///
    /// Draws: one word, unless the probability is 0 or 1.
    mutating func happens(_ probability: Ratio) -> Bool {
        if probability.numerator == 0 { return false }
        if probability == .one { return true }
        return hits(probability.numerator, in: probability.denominator)
    }
}
