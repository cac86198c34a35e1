import KafkaClient
import Logging
import Records

/// Who wants to know what happens; called on the proxy's thread.
public final class ProxyObserver {
    private let onBegin: ([PartitionBeginning]) -> Void
    private let onProgress: (ProxyProgress) -> Void
    private let onNotice: (String) -> Void
    private let onGone: (String, ProxyEvent, [(TopicPartition, Offset?)]) -> Void
    private let interval: UInt64
    private var nextNs: UInt64 = 0
    /// What is told line by line.
    let log: Logger
    /// Where others look at the run from their threads; nil where nobody does.
    let meter: ProxyMeter?

    /// A partition begins or goes on.
    public struct PartitionBeginning: Sendable {
        public var source: TopicPartition
        /// The first offset that is read.
        public var start: Offset
        /// The end as of now, or the one noted at the start with `--until-end`.
        public var end: Offset
        /// Of the segment that begins; 1 where nothing had been committed.
        public var epoch: Int64
        /// nil where nothing is sent.
        public var output: String?
    }

    /// - Parameters:
    ///   - interval: the least time between two reports of progress.
    ///   - began: partitions that were given to this instance, or are read anew.
    ///   - gone: partitions that this instance has no longer, with how that came and where the next
    ///     owner goes on.
    ///   - notice: one sentence on something that a person may want to know.
    ///   - meter: is told of every turn.
    ///   - log: gets every event but those of partitions that begin or go, which are told above.
    public init(
        every interval: Duration = .seconds(1), meter: ProxyMeter? = nil, log: Logger = .none,
        began: @escaping ([PartitionBeginning]) -> Void = { _ in },
        progress: @escaping (ProxyProgress) -> Void = { _ in },
        gone: @escaping (String, ProxyEvent, [(TopicPartition, Offset?)]) -> Void = { _, _, _ in },
        notice: @escaping (String) -> Void = { _ in }
    ) {
        onGone = gone
        self.interval = interval.wholeNanoseconds
        self.meter = meter
        self.log = log
        onBegin = began
        onProgress = progress
        onNotice = notice
    }

    func began(_ beginnings: [PartitionBeginning]) { onBegin(beginnings) }

    func notice(
        _ text: String, _ level: Logger.Level = .notice,
        metadata: @autoclosure () -> Logger.Metadata = .event(.notice)
    ) {
        onNotice(text)
        log.log(level, text, metadata: metadata())
    }

    /// Partitions went; of each where the next owner goes on.
    func gone(_ verb: String, _ event: ProxyEvent, _ partitions: [(TopicPartition, Offset?)]) {
        onNotice("\(verb): " + partitions.map(\.0.description).joined(separator: ", "))
        onGone(verb, event, partitions)
    }

    /// An error that the run goes on after.
    func warn(_ error: KafkaError) {
        notice(
            "\(error)", .warning,
            metadata: .event(.notice, error.source).with(["code": .string(error.name)]))
    }

    func progress(_ now: UInt64, _ progress: @autoclosure () -> ProxyProgress) {
        guard now >= nextNs else { return }
        nextNs = now + interval
        onProgress(progress())
    }

    func finished(_ progress: ProxyProgress) { onProgress(progress) }
}

extension Duration {
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        let whole = UInt64(max(0, seconds)).multipliedReportingOverflow(by: 1_000_000_000)
        if whole.overflow { return .max / 4 }
        return min(.max / 4, whole.partialValue + UInt64(max(0, attoseconds)) / 1_000_000_000)
    }
}
