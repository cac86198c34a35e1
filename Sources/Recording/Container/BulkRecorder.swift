import Foundation
import Records

/// Writes a recording in one go: records one by one, in blocks, with times of arrival that rise in each partition.
public final class BulkRecorder {
    private let writer: RecordingWriter
    private var block = RecordBlock(source: TopicPartition("", 0))
    /// The latest so far, and of each partition but that of the block at hand, whose is beside it.
    private var lastArrivalNs: UInt64 = 0
    private var lastOf: [TopicPartition: UInt64] = [:]
    private var lastOfBlock: UInt64?
    private var bytesSinceChunk = 0
    public private(set) var records: UInt64 = 0
    /// Records that came without a time of arrival and got one from their timestamp.
    public private(set) var arrivalsMade: UInt64 = 0
    /// Times of arrival that had to be raised to be behind the one before in their partition.
    public private(set) var arrivalsRaised: UInt64 = 0
    private static let recordsPerBlock = 256

    /// Begins a recording; a file or folder that exists is refused.
    public init(
        creating path: String, identity: RecordingIdentity,
        options: RecordingWriter.Options = RecordingWriter.Options()
    ) throws {
        writer = try RecordingWriter(creating: path, identity: identity, options: options)
    }

    /// Appends one record.
    ///
    /// - Parameter arrivalNs: in nanoseconds since 1970; nil takes the record's timestamp, or 1 ns
    ///   behind the record before where that is not later.
    public func append(_ record: Record, arrivalNs: UInt64?) throws {
        if record.source != block.source {
            lastOf[block.source] = lastOfBlock
            lastOfBlock = lastOf[record.source]
        }
        if record.source != block.source || block.count == Self.recordsPerBlock {
            try hand()
            block.removeAll(for: record.source)
        }
        let before = block.byteCount
        try block.append(record, arrivalNs: arrival(of: record, stated: arrivalNs))
        bytesSinceChunk += block.byteCount - before
        records += 1
    }

    private func arrival(of record: Record, stated: UInt64?) -> UInt64 {
        let arrival: UInt64
        if let stated {
            let earliest = lastOfBlock.map { $0 &+ 1 } ?? 0
            if stated < earliest { arrivalsRaised += 1 }
            arrival = max(stated, earliest)
        } else {
            arrivalsMade += 1
            let (product, isOver) = UInt64(max(0, record.timestamp.milliseconds))
                .multipliedReportingOverflow(by: 1_000_000)
            arrival = max(isOver ? 0 : product, lastArrivalNs &+ 1)
        }
        lastOfBlock = arrival
        lastArrivalNs = max(lastArrivalNs, arrival)
        return arrival
    }

    private func hand() throws {
        try writer.append(block)
        guard writer.options.rotateBytes != nil, bytesSinceChunk >= writer.options.chunkBytes else {
            return
        }
        bytesSinceChunk = 0
        _ = try writer.closeChunk()
    }

    /// Writes what is left and closes the recording.
    public func close() throws {
        try hand()
        block.removeAll()
        try writer.close()
        try writer.synchronize()
    }

    /// Removes what was written.
    public func discard() {
        try? FileManager.default.removeItem(atPath: writer.path)
    }
}
