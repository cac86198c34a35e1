import Perturbation
import Records

/// The deliveries of a trial in the order in which they are fed: workload and schedule, carried out.
///
/// Each record has a home time, its place in the workload times the pace. What is not moved is due then;
/// what is moved or copied is due with the last unmoved record in front of it; a delay adds to that; and
/// nothing of a partition is due before what stands in front of it. All partitions together are fed by
/// due time. So one delayed record holds back its partition alone: the chain of the priority-based
/// schedules of Burckhardt et al. (ASPLOS 2010), in terms of messages.
public struct FeedSequence: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        /// The record with the value that is sent.
        public var record: Record
        public var copy: Int32
        /// Microseconds from the start of feeding.
        public var dueUs: Int64
        /// What strikes behind it, in order.
        public var faults: [SystemFault]
        /// It is fed once the system is done with all in front of it.
        public var waitsForTurn = false
        public var name: RecordName { RecordName(record) }
    }

    public var items: [Item]
    /// Faults whose delivery does not exist: they strike behind the last item.
    public var atEnd: [SystemFault]

    /// - Parameter paceUs: microseconds from one record of the workload to the next.
    /// - Throws: `ScheduleError` where a line is of no record, or says what cannot be.
    public init(
        _ workload: Workload, _ schedule: TrialSchedule, paceUs: Int64
    ) throws(ScheduleError) {
        var items: [(item: Item, source: Int)] = []
        for (index, source) in workload.sources.enumerated() {
            let lines = schedule.lines.filter { $0.source == source }.map(\.decision)
            for item in try Self.items(of: workload.records(of: source), lines, paceUs: paceUs) {
                items.append((item, index))
            }
        }
        // A stable order: by time, then partition, then as they stand in their partition.
        let order = items.enumerated().sorted {
            ($0.element.item.dueUs, $0.element.source, $0.offset)
                < ($1.element.item.dueUs, $1.element.source, $1.offset)
        }
        self.items = order.map(\.element.item)
        atEnd = []
        attach(schedule.faults)
    }

    private static func items(
        of records: [(place: Int, record: Record)], _ lines: [LineDecision], paceUs: Int64
    ) throws(ScheduleError) -> [Item] {
        let slots = Dictionary(
            records.enumerated().map { ($0.element.record.offset, Int32($0.offset)) },
            uniquingKeysWith: { first, _ in first })
        var decisions: [Decision] = []
        for (index, line) in lines.enumerated() {
            decisions.append(
                try line.naming { offset throws(ScheduleError) in
                    guard let slot = slots[offset] else { throw .noSuchRecord(decision: index) }
                    return slot
                })
        }
        let moved = Set(
            decisions.compactMap { decision -> Int32? in
                if case .move = decision.operation { decision.slot } else { nil }
            })
        let outcome = try Outcome(applying: decisions, to: records.count)
        var items: [Item] = []
        var homeUs: Int64 = 0
        var lastDueUs: Int64 = 0
        for delivery in outcome.deliveries {
            let (place, original) = records[Int(delivery.slot)]
            if delivery.copy == 0 && !moved.contains(delivery.slot) {
                homeUs = max(homeUs, Int64(place) * paceUs)
            }
            var record = original
            record.value = try outcome.changedValue(of: delivery, original: original.value)
            lastDueUs = max(lastDueUs, homeUs + delivery.delayMicroseconds)
            items.append(
                Item(record: record, copy: delivery.copy, dueUs: lastDueUs, faults: []))
        }
        return items
    }

    private mutating func attach(_ faults: [SystemFault]) {
        for fault in faults {
            // A copy that another atom would have made is not there: behind the last that is.
            let index =
                items.lastIndex { $0.name == fault.at && $0.copy == fault.copy }
                ?? items.lastIndex { $0.name == fault.at }
            if let index {
                items[index].faults.append(fault)
            } else {
                atEnd.append(fault)
            }
        }
    }

    /// How often each record is delivered; 0 for those that are dropped.
    public var deliveryCounts: [RecordName: Int] {
        items.reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
    }
}
