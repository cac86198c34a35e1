import Foundation
import Logging
import Proxy
import Records

/// Tells on standard error what the proxy does: its log, and on a terminal a line of progress that writes
/// over itself.
public final class ProxyDisplay {
    public let log: Logger
    private let console: Console
    /// Lines are for programs: each has one partition, and progress is not shown.
    public let isStructured: Bool
    private var last: (at: ContinuousClock.Instant, passed: Int)?
    private var rate = 0.0

    /// - Parameters:
    ///   - isStructured: JSON lines in place of sentences.
    ///   - level: what is told at all.
    public init(
        isStructured: Bool = false, level: Logger.Level = .info, console: Console = Console()
    ) {
        self.isStructured = isStructured
        self.console = console
        let handler: any LogHandler =
            isStructured ? JSONLogHandler(console) : TextLogHandler(console)
        log = Logger(logLevel: level, handler: handler)
    }

    /// Listens to a proxy.
    public func observer(_ meter: ProxyMeter? = nil) -> ProxyObserver {
        ProxyObserver(
            every: .milliseconds(500), meter: meter, log: log,
            began: { [self] in tellBeginnings($0) },
            progress: { [self] in show($0, at: .now) }, gone: { [self] in tellGone($0, $1, $2) })
    }

    /// - Parameter address: host and port.
    public func tellMetrics(at address: String) {
        log.info(
            "metrics at http://\(address)/metrics",
            metadata: ["event": "metrics", "address": .string(address)])
    }

    private func tellBeginnings(_ all: [ProxyObserver.PartitionBeginning]) {
        guard isStructured else {
            for line in ProxyReport.beginnings(all) { log.notice(line) }
            return
        }
        for one in all {
            var facts = metadata(.assigned, one.source, one.start)
            facts["end"] = .integer(one.end)
            facts["epoch"] = .integer(one.epoch)
            if let output = one.output { facts["output"] = .string(output) }
            log.notice(ProxyReport.line(one), metadata: facts)
        }
    }

    private func tellGone(
        _ verb: String, _ event: ProxyEvent, _ partitions: [(TopicPartition, Offset?)]
    ) {
        guard isStructured else {
            let names = partitions.map(\.0.description).joined(separator: ", ")
            return log.notice("\(verb): \(names)")
        }
        for (source, offset) in partitions {
            log.notice("\(verb): \(source)", metadata: metadata(event, source, offset))
        }
    }

    private func metadata(
        _ event: ProxyEvent, _ source: TopicPartition, _ offset: Offset?
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "event": .string(event.rawValue), "topic": .string(source.topic),
            "partition": .integer(Int64(source.partition)),
        ]
        if let offset { metadata["offset"] = .integer(offset) }
        return metadata
    }

    func show(_ progress: ProxyProgress, at now: ContinuousClock.Instant) {
        if progress.isLast { return console.erase() }
        guard console.isTerminal, !isStructured else { return }
        let passed = progress.statistics.passed
        if let last {
            let (seconds, attoseconds) = (now - last.at).components
            let time = Double(seconds) + Double(attoseconds) * 1e-18
            if time > 0 {
                // Half of the old rate and half of the new one: the eye wants some rest.
                rate = (rate + Double(max(0, passed - last.passed)) / time) / 2
            }
        }
        last = (now, passed)
        console.show(Self.line(progress, rate: rate))
    }

    /// `12000 records, 8100/s, 30000 behind, 4 s left, 64 partitions`
    static func line(_ progress: ProxyProgress, rate: Double) -> String {
        var line =
            "\(progress.statistics.passed) records, \(UInt64(rate))/s, \(progress.lag) behind"
        if progress.lag > 0 && rate >= 1 {
            line += ", \(UInt64((Double(progress.lag) / rate).rounded(.up))) s left"
        }
        return line + ", \(progress.partitions) partitions"
    }
}
