import Perturbation
import Records

/// What of the windows of a recording is no function of log and plan: where partitions begin, and which
/// windows a clock closed. Read from its schedule; dead segments count for nothing.
public struct WindowBoundaries: Sendable {
    public private(set) var starts: [TopicPartition: Offset] = [:]
    /// By partition and the window's start.
    public private(set) var closings: [TopicPartition: [Offset: Closing]] = [:]

    /// - Throws: `RecordingError` where a schedule cannot be read, or what counts is in doubt.
    public init(
        schedules: [String], committed: [TopicPartition: Chain.Committed]? = nil
    ) throws {
        let chain = try Chain(schedules: schedules, committed: committed)
        for (file, path) in schedules.enumerated() {
            let reader = try ScheduleReader(path: path, decisions: false)
            var ordinals: [TopicPartition: Int] = [:]
            while let line = try reader.next() {
                switch line {
                case .segment(let segment):
                    let ordinal = ordinals[segment.source].map { $0 + 1 } ?? 0
                    ordinals[segment.source] = ordinal
                    let key = Chain.Key(file: file, source: segment.source, ordinal: ordinal)
                    if segment.parent == nil, chain.extent(of: key) != nil {
                        starts[segment.source] = segment.start
                    }
                case .closing(let closing):
                    let key = Chain.Key(
                        file: file, source: closing.source, ordinal: ordinals[closing.source] ?? 0)
                    guard let extent = chain.extent(of: key),
                        closing.start < extent.end
                            || closing.start == extent.end && extent.emitted > 0
                    else { continue }
                    closings[closing.source, default: [:]][closing.start] = closing
                default: break
                }
            }
        }
    }
}
