/// Why no broker answers.
///
/// A call fails with "broker transport failure" whatever the reason; what the library tells of its connections
/// meanwhile names it: a wrong password, a certificate that is not trusted, no TLS where some is wanted.
public enum Unanswered {
    /// - Parameters:
    ///   - client: connects once more, for 5 s at most.
    ///   - error: what a call failed with.
    /// - Returns: one sentence.
    public static func sentence(_ client: ClientConfiguration, _ error: KafkaError) -> String {
        let brokers = client["bootstrap.servers"] ?? ""
        let told = Told()
        if let admin = try? Admin(client, onEvent: told.note) {
            _ = try? admin.metadata(timeout: .seconds(5))
            admin.poll(timeout: .milliseconds(100))
        }
        let reasons = told.reasons.isEmpty ? [error.message] : told.reasons
        return "no broker answers at \(brokers): \(reasons.joined(separator: "; "))"
    }

    private final class Told {
        var reasons: [String] = []

        func note(_ event: ClientEvent) {
            guard case .error(let error) = event, error.code != .allBrokersDown else { return }
            // Behind the reason stand a time and a count, which differ from try to try.
            let end = error.message.firstRange(of: " (after ")?.lowerBound ?? error.message.endIndex
            let reason = String(error.message[..<end])
            if reasons.count < 3 && !reasons.contains(reason) { reasons.append(reason) }
        }
    }
}

extension KafkaErrorCode {
    /// What calls fail with where no connection comes about.
    public var isUnanswered: Bool {
        [.transport, .allBrokersDown, .resolve, .authentication, .timedOut].contains(self)
    }
}
