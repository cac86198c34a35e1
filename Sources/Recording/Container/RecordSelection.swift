import MCAP
import Records

/// Which records of a recording to read, and in which order. The default is all, as they stand.
public struct RecordSelection: Hashable, Sendable {
    public enum Order: String, Hashable, Sendable, CaseIterable {
        /// As they stand: window by window, in the order in which windows were emitted.
        case file
        /// By time of arrival, whatever the file of the recording.
        case arrival
    }

    /// Empty for all topics.
    public var topics: Set<String>
    /// Empty for all partitions.
    public var partitions: Set<Int32>
    /// Of every partition that is read.
    public var offsets: ClosedRange<Offset>?
    /// Times of arrival in nanoseconds since 1970.
    public var arrivalsNs: ClosedRange<UInt64>
    public var order: Order

    public init(
        topics: Set<String> = [], partitions: Set<Int32> = [],
        offsets: ClosedRange<Offset>? = nil, arrivalsNs: ClosedRange<UInt64> = 0...UInt64.max,
        order: Order = .file
    ) {
        self.topics = topics
        self.partitions = partitions
        self.offsets = offsets
        self.arrivalsNs = arrivalsNs
        self.order = order
    }

    /// Whether whole files are read from front to back.
    var isEverything: Bool { self == RecordSelection() }

    /// Whether topics or partitions are asked for by name.
    var names: Bool { !topics.isEmpty || !partitions.isEmpty }

    /// - Parameter sources: all that the recording has.
    /// - Throws: `RecordingError` of kind `mismatch` where it has none of a topic, or of a number.
    func check(against sources: Set<TopicPartition>, path: String) throws {
        let missing = topics.subtracting(sources.map(\.topic)).sorted()
        guard missing.isEmpty else {
            let found = Set(sources.map(\.topic)).sorted().joined(separator: ", ")
            throw RecordingError(
                .mismatch, path,
                "no topic \(missing.joined(separator: ", ")) in this recording; it has "
                    + (found.isEmpty ? "none" : found))
        }
        let candidates = sources.filter { topics.isEmpty || topics.contains($0.topic) }
        let numbers = partitions.subtracting(candidates.map(\.partition)).sorted()
        guard numbers.isEmpty else {
            throw RecordingError(
                .mismatch, path,
                "no partition \(numbers.map(String.init).joined(separator: ", ")) "
                    + (topics.isEmpty ? "" : "of \(topics.sorted().joined(separator: ", ")) ")
                    + "in this recording; it has \(candidates.inWords)")
        }
    }

    func takes(_ source: TopicPartition) -> Bool {
        (topics.isEmpty || topics.contains(source.topic))
            && (partitions.isEmpty || partitions.contains(source.partition))
    }

    /// What to ask the index of one file for.
    ///
    /// Offsets stand in no index of the container. They rise within a channel (``ChannelOrder``), so a
    /// binary search finds the times of arrival between which they lie.
    func query(of reader: MCAPReader, path: String) throws -> MessageQuery {
        let index = try reader.index()
        let sources = index.channels.compactMap { channel in
            RecordingChannel.source(of: channel).flatMap { takes($0) ? (channel.id, $0) : nil }
        }
        var channels = Set(sources.map(\.0))
        var times: ClosedRange<UInt64>? = arrivalsNs
        if let offsets {
            let seek = try OffsetSeek(reader, path: path)
            if seek.isWorthwhile(forChannels: channels.count) {
                channels = []
                times = nil
                for (channel, source) in sources {
                    guard let found = try seek.arrivals(of: offsets, in: channel, source) else {
                        continue
                    }
                    channels.insert(channel)
                    times =
                        min(
                            times?.lowerBound ?? .max, found.lowerBound)...max(
                            times?.upperBound ?? 0, found.upperBound)
                }
            }
        }
        guard let times, times.overlaps(arrivalsNs) else { return MessageQuery(channelIDs: []) }
        let all = channels.count == index.channels.count
        return MessageQuery(
            order: order == .file ? .file : .logTime, logTimesNs: times.clamped(to: arrivalsNs),
            channelIDs: all ? nil : channels)
    }
}
