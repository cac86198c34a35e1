internal import CRdkafka
import Records

/// A record as the library holds it, lent for the length of a call.
///
/// It cannot be copied; pointers taken from it are good for that call and no longer.
public struct ConsumedMessage: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_message_t>
    /// The partition's number within this consumer: ``Consumer/partition(ofSlot:)`` names it.
    public let slot: Int

    init(_ pointer: UnsafeMutablePointer<rd_kafka_message_t>, slot: Int) {
        self.pointer = pointer
        self.slot = slot
    }

    public var partition: Int32 { pointer.pointee.partition }
    public var offset: Offset { pointer.pointee.offset }

    /// nil is null; an empty key is a buffer of no bytes.
    public var key: UnsafeRawBufferPointer? {
        pointer.pointee.key.map {
            UnsafeRawBufferPointer(start: $0, count: pointer.pointee.key_len)
        }
    }

    /// nil is null (a tombstone); an empty value is a buffer of no bytes.
    public var value: UnsafeRawBufferPointer? {
        pointer.pointee.payload.map {
            UnsafeRawBufferPointer(start: $0, count: pointer.pointee.len)
        }
    }

    /// ``Timestamp/none`` where the log holds -1, which is Kafka's "no timestamp".
    public var timestamp: Timestamp {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = rd_kafka_message_timestamp(pointer, &type)
        if milliseconds == -1 { return .none }
        switch type {
        case RD_KAFKA_TIMESTAMP_CREATE_TIME: return .create(milliseconds)
        case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME:
            return Timestamp(.logAppend, milliseconds: milliseconds)
        default: return .none
        }
    }

    /// Calls `body` with each header in order. Names end at their first NUL byte: the library gives
    /// them as C strings.
    public borrowing func forEachHeader(
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws -> Void
    ) rethrows {
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(pointer, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return }
        var cursor = HeaderCursor(headers)
        while let header = cursor.next() { try body(header.name, header.value) }
    }

    /// Copies the record into the block.
    ///
    /// - Returns: its payload: bytes of key, value, header names and header values.
    /// - Throws: `RecordError` where the block is of another partition or full (2 GiB).
    @discardableResult
    public borrowing func append(
        to block: inout RecordBlock, arrivalNs: UInt64
    ) throws(RecordError) -> Int {
        guard block.source.partition == partition else {
            throw .otherPartition(partition, block: block.source.partition)
        }
        let fields = RecordBlock.Fields(
            offset: offset, timestamp: timestamp, key: key, value: value, arrivalNs: arrivalNs)
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(pointer, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let headers
        else {
            return try block.append(fields, headers: UnsafeBufferPointer(start: nil, count: 0))
        }
        return try Self.append(fields, headers, to: &block)
    }

    private static func append(
        _ fields: RecordBlock.Fields, _ headers: OpaquePointer, to block: inout RecordBlock
    ) throws(RecordError) -> Int {
        let outcome = withUnsafeTemporaryAllocation(
            of: RecordBlock.HeaderBytes.self, capacity: rd_kafka_header_cnt(headers)
        ) { room in
            var cursor = HeaderCursor(headers)
            var count = 0
            while count < room.count, let header = cursor.next() {
                room.initializeElement(at: count, to: .init(name: header.name, value: header.value))
                count += 1
            }
            let list = UnsafeBufferPointer(rebasing: room[..<count])
            return Result { () throws(RecordError) in
                try block.append(fields, headers: list)
            }
        }
        return try outcome.get()
    }
}

/// Goes through a list of headers of the library's; what it gives is lent by the list.
struct HeaderCursor {
    private let headers: OpaquePointer?
    private var index = 0

    init(_ headers: OpaquePointer?) { self.headers = headers }

    @inline(__always)
    mutating func next() -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?)? {
        guard let headers else { return nil }
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var length = 0
        guard
            rd_kafka_header_get_all(headers, index, &name, &value, &length)
                == RD_KAFKA_RESP_ERR_NO_ERROR, let name
        else { return nil }
        index += 1
        return (
            UnsafeRawBufferPointer(start: name, count: strlen(name)),
            value.map { UnsafeRawBufferPointer(start: $0, count: length) }
        )
    }
}
