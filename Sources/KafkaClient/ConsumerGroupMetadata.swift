internal import CRdkafka

/// A consumer's membership at a moment: group, generation, member. Positions sent with it are refused
/// once the group has moved on, so take it at each assignment and use it for windows formed under that
/// assignment, no older and no fresher.
public final class ConsumerGroupMetadata {
    let pointer: OpaquePointer

    /// nil where the client is in no group.
    init?(of consumer: OpaquePointer) {
        guard let pointer = rd_kafka_consumer_group_metadata(consumer) else { return nil }
        self.pointer = pointer
    }

    deinit { rd_kafka_consumer_group_metadata_destroy(pointer) }

    /// The generation of the group; -1 where the consumer assigns by hand.
    ///
    /// The library has no question for it; it is read from the serialised form that it offers (2.0.2:
    /// seven bytes `CGMDv2:`, then the number as the machine has it). nil where that form is another.
    public var generation: Int32? {
        var buffer: UnsafeMutableRawPointer?
        var size = 0
        if let error = rd_kafka_consumer_group_metadata_write(pointer, &buffer, &size) {
            rd_kafka_error_destroy(error)
            return nil
        }
        guard let buffer else { return nil }
        defer { rd_kafka_mem_free(nil, buffer) }
        let bytes = UnsafeRawBufferPointer(start: buffer, count: size)
        let magic = "CGMDv2:".utf8
        guard bytes.starts(with: magic), size >= magic.count + 4 else { return nil }
        return bytes.loadUnaligned(fromByteOffset: magic.count, as: Int32.self)
    }
}
