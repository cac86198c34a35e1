internal import CRdkafka
import Records

/// Small numbers for the partitions that a consumer has met, so that no string is made per record.
///
/// The key is the library's topic object and the partition. The table holds a reference on each topic
/// object, so that no other can appear at the same address while the number is in use.
final class SlotTable {
    struct Slot {
        var topic: OpaquePointer
        var partition: Int32
        var isAssigned = false
        var isPaused = false
        /// Where its reading began, as the library has it: an offset, or a negative number that stands
        /// for the beginning, the end or what is committed.
        var start: Int64 = Int64(RD_KAFKA_OFFSET_INVALID)
        /// Records below are those that were given before (see ``Consumer``).
        var next: Offset = .min
    }

    /// Keeps the client, so that the topics go before it.
    private let client: ClientHandle
    private(set) var slots: UnsafeMutablePointer<Slot>
    private var capacity = 16
    private(set) var count = 0
    private var last = 0
    private var numbers: [TopicPartition: Int] = [:]
    private(set) var partitions: [TopicPartition] = []
    private var topics: [String: OpaquePointer] = [:]
    /// Open addressing over (topic object, partition); -1 is free; twice as large as the slots.
    private var table: UnsafeMutablePointer<Int32>
    private var mask: Int

    init(_ client: ClientHandle) {
        self.client = client
        slots = .allocate(capacity: capacity)
        mask = capacity * 2 - 1
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: -1, count: mask + 1)
    }

    deinit {
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        slots.deallocate()
        table.deallocate()
    }

    /// The slot of a message's partition.
    /// - Complexity: O(1).
    @inline(__always)
    func slot(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> Int {
        let topic = message.pointee.rkt
        let partition = message.pointee.partition
        if last < count, slots[last].topic == topic, slots[last].partition == partition {
            return last
        }
        return search(topic, partition)
    }

    private func search(_ topic: OpaquePointer?, _ partition: Int32) -> Int {
        guard let topic else { return -1 }
        var position = hash(topic, partition)
        while table[position] >= 0 {
            let slot = Int(table[position])
            if slots[slot].topic == topic && slots[slot].partition == partition {
                last = slot
                return slot
            }
            position = (position + 1) & mask
        }
        // The library uses one object for a topic as long as anyone refers to it.
        let name = rd_kafka_topic_name(topic).map { String(cString: $0) } ?? ""
        let slot = slot(of: TopicPartition(name, partition))
        return slots[slot].topic == topic ? slot : -1
    }

    /// The slot of a partition, a new one where it was not met yet.
    func slot(of source: TopicPartition) -> Int {
        if let known = numbers[source] { return known }
        let topic: OpaquePointer
        if let known = topics[source.topic] {
            topic = known
        } else if let made = rd_kafka_topic_new(client.client, source.topic, nil) {
            topics[source.topic] = made
            topic = made
        } else {
            // A name that the library refuses (none, or longer than 512 bytes).
            return -1
        }
        if count == capacity { grow() }
        (slots + count).initialize(to: Slot(topic: topic, partition: source.partition))
        numbers[source] = count
        partitions.append(source)
        enter(count)
        count += 1
        return count - 1
    }

    func isAssigned(_ source: TopicPartition) -> Bool {
        numbers[source].map { slots[$0].isAssigned } ?? false
    }

    func isPaused(_ source: TopicPartition) -> Bool {
        numbers[source].map { slots[$0].isPaused } ?? false
    }

    func setPaused(_ source: TopicPartition, _ isPaused: Bool) {
        if let slot = numbers[source] { slots[slot].isPaused = isPaused }
    }

    /// Where to go on: behind the last record given out, or where the reading began.
    func resumption(of source: TopicPartition) -> Int64 {
        guard let slot = numbers[source] else { return Int64(RD_KAFKA_OFFSET_INVALID) }
        return slots[slot].next >= 0 ? slots[slot].next : slots[slot].start
    }

    private func hash(_ topic: OpaquePointer, _ partition: Int32) -> Int {
        let bits = UInt(bitPattern: topic) &+ UInt(bitPattern: Int(partition)) &* 0x9E37_79B9
        return Int(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }

    private func enter(_ slot: Int) {
        var position = hash(slots[slot].topic, slots[slot].partition)
        while table[position] >= 0 { position = (position + 1) & mask }
        table[position] = Int32(slot)
    }

    private func grow() {
        let wider = UnsafeMutablePointer<Slot>.allocate(capacity: capacity * 2)
        wider.moveInitialize(from: slots, count: count)
        slots.deallocate()
        slots = wider
        capacity *= 2
        table.deallocate()
        mask = capacity * 2 - 1
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: -1, count: mask + 1)
        for slot in 0..<count { enter(slot) }
    }
}
