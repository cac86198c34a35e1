import Perturbation
import Records

/// The headers that a stamp adds to what is sent of a record: a function of the plan and of where the
/// record was read.
public struct Stamper: Sendable {
    private let stamp: Stamp
    private let seed: String

    /// nil where the plan has no stamp.
    public init?(_ plan: Plan) {
        guard let stamp = plan.stamp else { return nil }
        self.stamp = stamp
        seed = plan.seed
    }

    /// Records as a proxy under that plan sends them.
    public static func asSent(
        _ block: RecordBlock, under plan: Plan
    ) throws(RecordError) -> RecordBlock {
        guard let stamper = Stamper(plan) else { return block }
        return try stamper.stamped(block)
    }

    /// The records as they are sent: the same with their stamps, in the same order.
    ///
    /// - Throws: `RecordError` where one block does not hold them.
    public func stamped(_ block: RecordBlock) throws(RecordError) -> RecordBlock {
        var result = RecordBlock(
            source: block.source, reservingBytes: block.byteCount + block.count * 128)
        for index in block.entries.indices {
            var record = block.record(at: index)
            record.headers += headers(of: block.source, record.offset)
            try result.append(record, arrivalNs: block.entries[index].arrivalNs)
        }
        return result
    }

    /// In the order in which they are added.
    public func headers(of source: TopicPartition, _ offset: Offset) -> [Header] {
        stamp.parts.map { part in
            let value =
                switch part {
                case .seed: seed
                case .topic: source.topic
                case .partition: String(source.partition)
                case .offset: String(offset)
                case .shadow: "true"
                }
            return Header(stamp.prefix + part.rawValue, value)
        }
    }
}
