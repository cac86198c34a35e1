import Perturbation
import Records

/// What the proxy has done so far.
public struct ProxyStatistics: Sendable {
    public var consumed = 0
    /// Bytes of encoded records that came in.
    public var consumedBytes = 0
    public var windows = 0
    /// Of closed windows.
    public var counts = Counts()
    public var transactions = 0
    public var aborted = 0
    /// Open windows that were forgotten for want of memory and read again.
    public var forgotten = 0

    public init() {}
}

/// Who wants to know what happens; called on the proxy's thread.
public final class ProxyObserver {
    private let onBegin: (Segment, _ end: Offset, _ output: String) -> Void
    private let onProgress: (ProxyStatistics, _ isLast: Bool) -> Void
    private let onNotice: (String) -> Void
    private let interval: UInt64
    private var nextNs: UInt64 = 0

    /// - Parameters:
    ///   - interval: the least time between two reports of progress.
    ///   - began: a partition begins or goes on; `end` is its end as of now.
    ///   - notice: one sentence on something that a person may want to know.
    public init(
        every interval: Duration = .seconds(1),
        began: @escaping (Segment, _ end: Offset, _ output: String) -> Void = { _, _, _ in },
        progress: @escaping (ProxyStatistics, _ isLast: Bool) -> Void = { _, _ in },
        notice: @escaping (String) -> Void = { _ in }
    ) {
        self.interval = interval.wholeNanoseconds
        onBegin = began
        onProgress = progress
        onNotice = notice
    }

    func began(_ segment: Segment, end: Offset, output: String) { onBegin(segment, end, output) }
    func notice(_ text: String) { onNotice(text) }

    func progress(_ statistics: ProxyStatistics, _ now: UInt64, isLast: Bool = false) {
        guard isLast || now >= nextNs else { return }
        nextNs = now + interval
        onProgress(statistics, isLast)
    }
}

extension Duration {
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
    }
}
