import KafkaClient

/// The client library's log as a person wants it: warnings and worse, the same line once in a while.
final class ClientLog {
    private let observer: ProxyObserver
    private var told: [String: UInt64] = [:]
    private static let silenceNs: UInt64 = 30_000_000_000
    private static let warning = 4

    init(_ observer: ProxyObserver) { self.observer = observer }

    /// What a client is given to tell its events to.
    func note(_ client: String) -> (ClientEvent) -> Void {
        { [self] in note($0, client) }
    }

    private func note(_ event: ClientEvent, _ client: String) {
        switch event {
        case .log(let line):
            if line.level <= Self.warning { tell(line.facility, line.description) }
        case .error(let error): tell(error.name, error.description)
        case .statistics(let json): observer.meter?.note(statistics: json, of: client)
        }
    }

    /// Lines of one kind differ in times and numbers: one of them says it.
    private func tell(_ kind: String, _ text: String) {
        let now = ArrivalClock.monotonic()
        if let last = told[kind], now < last + Self.silenceNs { return }
        told[kind] = now
        observer.notice(text)
    }
}
