import Records

/// With `--until-end`: whether the rest of the group has passed the ends too, as far as its positions
/// tell.
///
/// An instance that is through with its own partitions stays until the others are: who dies, or hands
/// over, leaves partitions that only those can take who are still there.
struct Passage {
    enum State: Hashable {
        case passed
        case waiting
        /// Some are not passed, and the group has not got on for as long as anybody waits. So it is
        /// where the end of a partition holds no record (but a transaction's marker, say): the group's
        /// position stays in front of it.
        case standing
    }

    private var positions: [TopicPartition: Offset]?
    private var sinceNs: UInt64 = 0
    /// Not before then is it worth asking for positions again.
    private(set) var nextLookNs: UInt64 = 0
    private static let pauseNs: UInt64 = 500_000_000

    /// - Parameters:
    ///   - found: the group's positions; nil where they are not known now.
    ///   - ends: of the partitions that this instance does not have.
    ///   - patienceNs: how long the group may stand still.
    mutating func look(
        at found: [TopicPartition: Offset]?, ends: [TopicPartition: Offset], nowNs: UInt64,
        patienceNs: UInt64
    ) -> State {
        nextLookNs = nowNs + Self.pauseNs
        guard let found else {
            if positions == nil { sinceNs = nowNs }
            positions = positions ?? [:]
            return nowNs >= sinceNs + patienceNs ? .standing : .waiting
        }
        if ends.allSatisfy({ source, end in found[source].map { $0 >= end } ?? false }) {
            return .passed
        }
        if positions != found {
            positions = found
            sinceNs = nowNs
        }
        return nowNs >= sinceNs + patienceNs ? .standing : .waiting
    }
}
