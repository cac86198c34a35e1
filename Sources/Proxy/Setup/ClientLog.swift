import KafkaClient
import Logging

/// The client library's log as a person wants it: of warnings and worse the same line once in a while,
/// and the rest where that is asked for.
final class ClientLog {
    private let log: Logger
    private let notice: (String, Logger.Level, Logger.Metadata) -> Void
    private let meter: (any ClientMeter)?
    private let inputs: Inputs?
    private var told: [String: UInt64] = [:]
    private static let silenceNs: UInt64 = 30_000_000_000

    init(_ observer: ProxyObserver, _ inputs: Inputs) {
        log = observer.log
        notice = { observer.notice($0, $1, metadata: $2) }
        meter = observer.meter
        self.inputs = inputs
    }

    /// Of a client that reads nothing.
    init(_ log: Logger, _ meter: (any ClientMeter)?) {
        self.log = log
        notice = { log.log($1, $0, metadata: $2) }
        self.meter = meter
        inputs = nil
    }

    /// What a client is given to tell its events to.
    ///
    /// - Parameter part: which one, where several do one job together.
    func note(_ client: String, part: String = "") -> (ClientEvent) -> Void {
        { [self] in note($0, client, part) }
    }

    /// That part of a client is gone.
    func forget(_ client: String, part: String) { meter?.forget(part, of: client) }

    /// What the consumer is given: a topic that it misses may be another one when it comes back.
    func noteOfConsumer(_ event: ClientEvent) {
        if case .error(let error) = event, error.code.saysNothingIsThere {
            inputs?.areInDoubt = true
        }
        if case .log(let line) = event, line.facility == Self.lostSession {
            inputs?.hasLostSession = true
        }
        note(event, "consumer", "")
    }

    /// What librdkafka (2.0.2) calls the line that says so.
    private static let lostSession = "SESSTMOUT"

    private func note(_ event: ClientEvent, _ client: String, _ part: String) {
        switch event {
        case .log(let line):
            let level = Self.level(line.level)
            if level >= .warning {
                tell(line.facility, line.description, level, client)
            } else {
                log.log(
                    level, line.description, metadata: Self.metadata(line.facility, client))
            }
        case .error(let error):
            tell(error.name, error.description, error.isFatal ? .error : .warning, client)
        case .statistics(let json):
            meter?.note(statistics: json, of: client, part: part)
        }
    }

    /// Lines of one kind differ in times and numbers: one of them says it.
    private func tell(
        _ kind: String, _ text: String, _ level: Logger.Level, _ client: String
    ) {
        let now = ArrivalClock.monotonic()
        if let last = told[kind], now < last + Self.silenceNs { return }
        told[kind] = now
        notice(text, level, Self.metadata(kind, client))
    }

    private static func metadata(_ kind: String, _ client: String) -> Logger.Metadata {
        .event(.client).with(["client": .string(client), "kind": .string(kind)])
    }

    /// From the numbers of syslog. An error of the library is one that it goes on after: what ends a
    /// run is told by the run.
    private static func level(_ number: Int) -> Logger.Level {
        switch number {
        case ...2: .critical
        case 3, 4: .warning
        case 5: .notice
        case 6: .info
        default: .debug
        }
    }
}

/// Takes the client library's statistics; see ``Meter``.
protocol ClientMeter: AnyObject {
    func note(statistics: String, of client: String, part: String)
    func forget(_ part: String, of client: String)
}

extension Meter: ClientMeter {}
