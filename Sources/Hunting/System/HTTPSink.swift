import Configuration
import Foundation
import Metrics
import Perturbation
import Records
import Synchronization

/// A server that the system under test calls, in place of a provider: it notes what it is asked and answers as
/// the hunt file says; late, with errors or not at all where the trial's schedule has armed it.
final class HTTPSink: Sendable {
    /// A request that was noted, as the JSON line that is observed.
    struct Noted: Sendable {
        let number: Int
        let json: String
    }

    private struct State {
        var seen = 0
        var noted: [Noted] = []
        /// What the next requests meet, in order.
        var armed: [SystemFault] = []
        /// Deliveries that were fed: a late answer waits for the next one.
        var fed = 0
        var isFeedingOver = false
        /// Requests whose answers are held back.
        var held = 0
    }

    private let state: Box
    private let server: Server
    let url: String

    private final class Box: Sendable {
        let state = Mutex(State())

        /// Holds an answer back for a time.
        func hold(_ time: Double) {
            state.withLock { $0.held += 1 }
            Thread.sleep(forTimeInterval: time)
            state.withLock { $0.held -= 1 }
        }

        /// Waits for the next delivery, and as long as the fault says behind that.
        func delay(_ fault: SystemFault) {
            let before = state.withLock { $0.fed }
            let limit = ContinuousClock.now + SystemFault.lateWait
            while ContinuousClock.now < limit,
                state.withLock({ $0.fed == before && !$0.isFeedingOver })
            { Thread.sleep(forTimeInterval: 0.002) }
            hold(Double(fault.lengthUs) / 1_000_000)
        }
    }

    init(_ answers: Hunt.HTTPAnswers) throws {
        let box = Box()
        state = box
        server = try Server { request in
            let (number, fault) = box.state.withLock { state in
                state.seen += 1
                return (state.seen, state.armed.isEmpty ? nil : state.armed.removeFirst())
            }
            // What always happens is the sink's way, and no matter of a schedule.
            if let fault, fault.isLate { box.delay(fault) }
            if fault?.kind == .failAnswer || answers.fail == .one {
                let status = fault.map(\.status).flatMap { $0 > 0 ? $0 : nil } ?? answers.failure
                return .respond(
                    status: UInt32(status), contentType: "text/plain", text: "refused\n")
            }
            let noted = Noted(number: number, json: Self.json(request))
            box.state.withLock { $0.noted.append(noted) }
            if let fault, fault.kind == .slowAnswer {
                box.hold(Double(fault.lengthUs) / 1_000_000)
            } else if answers.slow == .one {
                box.hold(answers.slowness.inSeconds)
            }
            if fault?.kind == .loseAnswer || answers.lose == .one { return .close }
            return .respond(
                status: UInt32(answers.status), contentType: answers.contentType,
                text: answers.body)
        }
        url = "http://\(server.address)"
    }

    /// The next request that no earlier fault strikes meets this one.
    func arm(_ fault: SystemFault) { state.state.withLock { $0.armed.append(fault) } }

    /// Whether a fault still waits for its request.
    var isArmed: Bool { state.state.withLock { !$0.armed.isEmpty } }

    /// A delivery is fed now.
    func noteFeeding() { state.state.withLock { $0.fed += 1 } }

    /// No late answer waits for another.
    func noteFeedingOver() { state.state.withLock { $0.isFeedingOver = true } }

    /// Whether the system waits for an answer that is late.
    var isHolding: Bool { state.state.withLock { $0.held > 0 } }

    var requests: [Noted] { state.state.withLock { $0.noted } }

    /// `{"method":"POST","path":"/charges","body":…,"headers":{…}}`, what says most in front, as reports cut
    /// long lines. A body that is JSON stands as it is; the header `host` is left out, as it has the sink's port,
    /// which is another one in each trial.
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
            .init("body", body), .init("headers", .object(headers)),
        ]).text
    }
}

/// Made once, and let go of once; threads of its own call the answer in between.
private final class Server: Sendable {
    private let server: Mutex<RequestServer>
    let address: String

    init(
        _ answer: @escaping @Sendable (RequestServer.Request) -> RequestServer.Answer
    ) throws {
        let made = try RequestServer(host: "127.0.0.1", port: 0, answer: answer)
        address = made.address
        server = Mutex(made)
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
