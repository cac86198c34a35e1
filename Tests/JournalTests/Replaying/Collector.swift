import Perturbation
import Recording
import Records

@testable import Proxy

/// Keeps what a replay emits.
final class Collector: ReplaySink {
    let keepsEveryTimestamp: Bool
    private(set) var deliveries: [TopicPartition: [Record]] = [:]
    private(set) var copies: [Int32] = []
    private(set) var isFinished = false
    /// Told of each delivery before it is kept.
    var onDelivery: (Int) -> Void = { _ in }

    init(keepsEveryTimestamp: Bool = true) { self.keepsEveryTimestamp = keepsEveryTimestamp }

    var count: Int { copies.count }

    func emit(_ delivery: ReplayDelivery, waiting: () -> Void) throws {
        onDelivery(copies.count)
        var block = RecordBlock(source: delivery.output)
        try delivery.append(
            to: &block, offset: delivery.entry.offset, arrivalNs: delivery.entry.arrivalNs)
        deliveries[delivery.output, default: []].append(block.record(at: 0))
        copies.append(delivery.copy)
    }

    func finish(waiting: () -> Void) { isFinished = true }

    /// What `verify` would read.
    var delivered: DeliveredRecords {
        var left = deliveries.values.joined().map { $0 }[...]
        return DeliveredRecords { queues in
            guard let record = left.popFirst() else { return false }
            try queues.add(record.source) { try $0.append(record) }
            return true
        }
    }
}
