internal import CRdkafka
import Records

/// Where the reading of a partition begins.
public enum StartOffset: Hashable, Sendable {
    case offset(Offset)
    case earliest
    /// Behind the last record there is now.
    case latest
    /// So many records in front of the end.
    case tail(Int)
    /// The position that the group committed; where there is none, ``ConsumerEvent/offsetOutOfRange(slot:_:)``
    /// unless `auto.offset.reset` says otherwise.
    case committed

    var raw: Int64 {
        switch self {
        case .offset(let offset): offset
        case .earliest: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .latest: Int64(RD_KAFKA_OFFSET_END)
        // RD_KAFKA_OFFSET_TAIL is a macro with an argument: -2000 less the count.
        case .tail(let count): Int64(RD_KAFKA_OFFSET_TAIL_BASE) - Int64(count)
        case .committed: Int64(RD_KAFKA_OFFSET_STORED)
        }
    }
}
