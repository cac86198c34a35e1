import Foundation
import KafkaClient
import Perturbation
import Recording
import Records

/// A delivery of a replay, lent to a sink.
public struct ReplayDelivery {
    /// Where it goes: the output's topic, the input's partition.
    public let output: TopicPartition
    /// The record as it came in.
    public let entry: RecordBlock.Entry
    /// What the entry's ranges are of.
    public let bytes: UnsafeRawBufferPointer
    /// 0 is the original.
    public let copy: Int32
    /// The value of a delivery that was changed: in place of the record's.
    public let changedValue: [UInt8]??
}

/// Where a replay's deliveries go.
public protocol ReplaySink: AnyObject {
    /// Whether a timestamp of 0 or none arrives as it is.
    var keepsEveryTimestamp: Bool { get }

    /// Deliveries that are not safe yet.
    var outstanding: Int { get }

    /// - Parameter waiting: is called now and then while there is no room for it.
    func emit(_ delivery: ReplayDelivery, waiting: () -> Void) throws

    /// Nothing more comes; on return everything is safe.
    ///
    /// - Parameter waiting: is called now and then until it is.
    func finish(waiting: () -> Void) throws

    /// The replay failed: a file that it was to make goes.
    func discard()
}

extension ReplaySink {
    public var outstanding: Int { 0 }
    public func discard() {}
}

extension ReplayDelivery {
    /// Lends key and value as they are delivered.
    @inline(__always)
    public func withKeyAndValue<Result>(
        _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?) throws -> Result
    ) rethrows -> Result {
        let key = entry.keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
        guard let changedValue else {
            let value = entry.valueRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
            return try body(key, value)
        }
        guard let value = changedValue else { return try body(key, nil) }
        return try value.withUnsafeBytes { try body(key, $0) }
    }

    /// Appends the delivery as a record of its own to a block of its output.
    public func append(
        to block: inout RecordBlock, offset: Offset, arrivalNs: UInt64
    ) throws(RecordError) {
        let begun = withKeyAndValue { key, value in
            Result { () throws(RecordError) in
                try block.beginRecord(
                    .init(
                        offset: offset, timestamp: entry.timestamp, key: key, value: value,
                        arrivalNs: arrivalNs))
            }
        }
        try begun.get()
        var failure: RecordError?
        RecordBlock.forEachHeader(of: entry, in: bytes) { name, value in
            do throws(RecordError) {
                try block.appendHeader(name: name, value: value)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        try block.endRecord(leaderEpoch: entry.leaderEpoch < 0 ? nil : entry.leaderEpoch)
    }
}

/// To a recording: offsets count from 0 in each partition, as a topic that was empty would have them.
public final class RecordingSink: ReplaySink {
    public let keepsEveryTimestamp = true
    private let writer: RecordingWriter
    private var next: [TopicPartition: Offset] = [:]
    private var lastArrivalNs: UInt64 = 0
    /// Deliveries to one partition that were not handed over yet, and its next offset.
    private var block = RecordBlock(source: TopicPartition("", 0))
    private var offset: Offset = 0
    private static let mostRecords = 256
    private static let mostBytes = 1 << 20

    public init(_ writer: RecordingWriter) { self.writer = writer }

    public func emit(_ delivery: ReplayDelivery, waiting: () -> Void) throws {
        if delivery.output != block.source {
            try hand()
            next[block.source] = offset
            block = RecordBlock(source: delivery.output)
            offset = next[delivery.output, default: 0]
        }
        lastArrivalNs = max(delivery.entry.arrivalNs, lastArrivalNs &+ 1)
        try delivery.append(to: &block, offset: offset, arrivalNs: lastArrivalNs)
        offset += 1
        if block.count >= Self.mostRecords || block.byteCount >= Self.mostBytes { try hand() }
    }

    private func hand() throws {
        if block.isEmpty { return }
        try writer.append(block)
        block.removeAll()
    }

    public func finish(waiting: () -> Void) throws {
        try hand()
        try writer.close()
        try writer.synchronize()
    }

    public func discard() { try? FileManager.default.removeItem(atPath: writer.path) }
}
