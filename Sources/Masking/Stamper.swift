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
