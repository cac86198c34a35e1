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
    /// them as C strings (a handed-over header keeps the rest, `HeaderStore`).
    public borrowing func forEachHeader(
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws -> Void
    ) rethrows {
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(pointer, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let headers
        else { return }
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var length = 0
        while rd_kafka_header_get_all(headers, index, &name, &value, &length)
            == RD_KAFKA_RESP_ERR_NO_ERROR, let name
        {
            try body(
                UnsafeRawBufferPointer(start: name, count: strlen(name)),
                value.map { UnsafeRawBufferPointer(start: $0, count: length) })
            index += 1
        }
    }

    /// Copies the record into the block. Do so before the headers are detached: they are gone then.
    ///
    /// - Throws: `RecordError` where the block is of another partition or full (2 GiB).
    public borrowing func append(
        to block: inout RecordBlock, arrivalNs: UInt64
    ) throws(RecordError) {
        guard block.source.partition == partition else {
            throw .otherPartition(partition, block: block.source.partition)
        }
        try block.beginRecord(
            RecordBlock.Fields(
                offset: offset, timestamp: timestamp, key: key, value: value, arrivalNs: arrivalNs))
        var headers: OpaquePointer?
        if rd_kafka_message_headers(pointer, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers {
            var index = 0
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var length = 0
            while rd_kafka_header_get_all(headers, index, &name, &value, &length)
                == RD_KAFKA_RESP_ERR_NO_ERROR, let name
            {
                try block.appendHeader(
                    name: UnsafeRawBufferPointer(start: name, count: strlen(name)),
                    value: value.map { UnsafeRawBufferPointer(start: $0, count: length) })
                index += 1
            }
        }
        try block.endRecord()
    }
}
