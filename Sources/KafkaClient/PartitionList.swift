internal import CRdkafka
import Records

/// The library's list of topic-partitions with offsets, metadata and an error each.
final class PartitionList {
    typealias Element = rd_kafka_topic_partition_t

    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int = 0) {
        // The library aborts the process where memory ends; it never returns NULL.
        pointer = rd_kafka_topic_partition_list_new(Int32(capacity))
    }

    convenience init(_ partitions: some Collection<TopicPartition>) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition) }
    }

    /// Takes over a list that the library made.
    init(owning pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        self.pointer = pointer
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// The metadata is copied with malloc: the library frees it with the list.
    func add(
        _ partition: TopicPartition, offset: Offset = Offset(RD_KAFKA_OFFSET_INVALID),
        metadata: [UInt8] = []
    ) {
        let element = rd_kafka_topic_partition_list_add(
            pointer, partition.topic, partition.partition)
        guard let element else { return }
        element.pointee.offset = offset
        if metadata.isEmpty { return }
        guard let copy = malloc(metadata.count) else { return }
        metadata.withUnsafeBytes {
            if let base = $0.baseAddress { copy.copyMemory(from: base, byteCount: $0.count) }
        }
        element.pointee.metadata = copy
        element.pointee.metadata_size = metadata.count
    }

    var elements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: pointer.pointee.elems, count: Int(pointer.pointee.cnt))
    }

    static func partitions(
        of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) -> [TopicPartition] {
        guard let list else { return [] }
        let count = Int(list.pointee.cnt)
        return UnsafeMutableBufferPointer(start: list.pointee.elems, count: count).map(\.source)
    }
}

extension rd_kafka_topic_partition_t {
    var source: TopicPartition { TopicPartition(String(cString: topic), partition) }

    var metadataBytes: [UInt8] {
        guard let metadata else { return [] }
        return Array(UnsafeRawBufferPointer(start: metadata, count: metadata_size))
    }
}
