import Foundation
import Proxy

/// Tells a person on standard error what the proxy does: sentences, and on a terminal a line of
/// progress that writes over itself.
public final class ProxyDisplay {
    private let isTerminal: Bool
    private let write: (String) -> Void
    private var width = 0
    private var last: (at: ContinuousClock.Instant, passed: Int)?
    private var rate = 0.0

    /// - Parameter write: where the text goes; standard error.
    public init(
        isTerminal: Bool = isatty(STDERR_FILENO) == 1,
        write: @escaping (String) -> Void = {
            try? FileHandle.standardError.write(contentsOf: Data($0.utf8))
        }
    ) {
        self.isTerminal = isTerminal
        self.write = write
    }

    /// Listens to a proxy.
    public func observer(_ meter: ProxyMeter? = nil) -> ProxyObserver {
        ProxyObserver(
            every: .milliseconds(500), meter: meter,
            began: { [self] all in for line in ProxyReport.beginnings(all) { say(line) } },
            progress: { [self] in show($0, at: .now) }, notice: { [self] in say($0) })
    }

    public func say(_ sentence: String) {
        erase()
        write(sentence + "\n")
    }

    func show(_ progress: ProxyProgress, at now: ContinuousClock.Instant) {
        if progress.isLast { return erase() }
        guard isTerminal else { return }
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
        let line = Self.line(progress, rate: rate)
        write("\r" + line + String(repeating: " ", count: max(0, width - line.count)))
        width = line.count
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

    private func erase() {
        if width > 0 { write("\r" + String(repeating: " ", count: width) + "\r") }
        width = 0
    }
}
