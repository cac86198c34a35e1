import Foundation

/// How far long work has come: a line on a terminal that writes over itself, nothing in a pipe.
public final class Progress {
    private let label: String
    private let total: UInt64?
    private let isShown: Bool
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now
    private var width = 0
    private static let interval = Duration.milliseconds(200)

    /// Whether anybody looks: standard error is a terminal.
    public static var isOnTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// - Parameters:
    ///   - label: what is counted: `records`.
    ///   - total: where it ends, if that is known; then the time that is left is shown.
    ///   - isShown: whether anything is written at all.
    public init(
        _ label: String, of total: UInt64? = nil, isShown: Bool = Progress.isOnTerminal
    ) {
        self.label = label
        self.total = total
        self.isShown = isShown
    }

    /// Shows the count, a few times a second at most.
    public func update(_ count: UInt64) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard now - last >= Self.interval else { return }
        last = now
        put(Self.line(label, count, of: total, after: now - start))
    }

    /// Takes the line away.
    public func finish() {
        if width > 0 { put("") }
    }

    private func put(_ line: String) {
        let erased = String(repeating: " ", count: max(0, width - line.count))
        width = line.count
        let back = line.isEmpty ? "\r" : ""
        try? FileHandle.standardError.write(contentsOf: Data("\r\(line)\(erased)\(back)".utf8))
    }

    /// `12000 of 100000 records, 8100/s, 11 s left`
    static func line(
        _ label: String, _ count: UInt64, of total: UInt64?, after time: Duration
    ) -> String {
        let (seconds, attoseconds) = time.components
        let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
        let rate = elapsed > 0 ? Double(count) / elapsed : 0
        var line = total.map { "\(count) of \($0) \(label)" } ?? "\(count) \(label)"
        line += rate >= 1 || rate == 0 ? ", \(UInt64(rate))/s" : ", \(UInt64(1 / rate)) s each"
        if let total, total >= count, rate > 0 {
            line += ", \(left(Double(total - count) / rate)) left"
        }
        return line
    }

    /// `11 s`, `3 min`, `2 h 5 min`
    private static func left(_ seconds: Double) -> String {
        if seconds < 100 { return "\(UInt64(seconds)) s" }
        let minutes = UInt64((seconds / 60).rounded())
        return minutes < 100 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
