import Records

/// The records of a trial in the order in which they are fed when nothing perturbs them.
///
/// Offsets are those that the records have in their partitions of the input, from 0 where they were
/// generated; they name records in schedules and are never renumbered, also where some were taken away.
public struct Workload: Hashable, Sendable {
    public var records: [Record]

    public init(_ records: [Record]) { self.records = records }

    /// The partitions in their order.
    public var sources: [TopicPartition] { Set(records.map(\.source)).sorted() }

    /// One partition's records with their places in ``records``, in the order of offsets.
    public func records(of source: TopicPartition) -> [(place: Int, record: Record)] {
        records.enumerated().filter { $0.element.source == source }
            .map { (place: $0.offset, record: $0.element) }
            .sorted { $0.record.offset < $1.record.offset }
    }

    /// The workload without some of its records; the others keep their offsets.
    public func keeping(_ isKept: (Record) -> Bool) -> Workload {
        Workload(records.filter(isKept))
    }
}

/// The name of a record of the input: partition and offset, written `orders/3@1204`.
public struct RecordName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var source: TopicPartition
    public var offset: Offset

    public init(_ source: TopicPartition, _ offset: Offset) {
        self.source = source
        self.offset = offset
    }

    public init(_ record: Record) { self.init(record.source, record.offset) }

    public var description: String { "\(source)@\(offset)" }

    public static func < (left: RecordName, right: RecordName) -> Bool {
        (left.source, left.offset) < (right.source, right.offset)
    }
}
