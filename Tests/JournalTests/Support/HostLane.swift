import KafkaClient
import Perturbation
import Recording
import Records

@testable import Proxy

/// A window of the host's, from its first record to its last delivery.
final class HostWindow {
    let start: Offset
    let block: RecordBlock
    let outcome: Outcome
    let closing: Closing?
    var emitted = 0
    var isWritten = false

    init(start: Offset, block: RecordBlock, outcome: Outcome, closing: Closing?) {
        self.start = start
        self.block = block
        self.outcome = outcome
        self.closing = closing
    }

    var last: Offset { block.entries[block.count - 1].offset }
}

/// The way of one partition through the host.
final class HostLane {
    let source: TopicPartition
    let journal: JournalSegment
    let encoder: DecisionEncoder
    /// The window at hand: closed, perhaps emitted in part.
    private(set) var window: HostWindow?
    private var perturber: Perturber
    private var former: WindowFormer
    private var resumed: CommitMetadata.Part?
    /// Index in the log of the next record.
    private var next: Int

    init(_ point: StartingPoint, plan: Plan, journal: JournalSegment, log: [Record]) {
        source = point.segment.source
        self.journal = journal
        encoder = DecisionEncoder(source: source, ruleNames: plan.ruleNames)
        perturber = Perturber(plan: plan, source: source)
        former = WindowFormer(perturber, start: point.segment.start)
        resumed = point.part
        next = log.firstIndex { $0.offset >= point.segment.start } ?? log.count
    }

    /// Makes sure that there is a window at hand.
    ///
    /// - Parameters:
    ///   - closesAtEnd: the last window ends where the log does; otherwise an open one is forgotten.
    ///   - impatience: a clock closes the window behind a record with this probability in percent.
    /// - Returns: nil where no window is full.
    func form(
        _ world: inout World, _ dice: inout Dice, closesAtEnd: Bool, impatience: Int
    ) throws -> HostWindow? {
        if let window { return window }
        let log = world.log[source] ?? []
        var block = RecordBlock(source: source)
        let first = next
        while next < log.count {
            try block.append(log[next], arrivalNs: world.arrival())
            let entry = block.entries[block.count - 1]
            if former.endsBefore(payloadBytes: Int(entry.payloadBytes)) {
                block.removeLast()
                return close(block, nil)
            }
            next += 1
            let isFull = former.take(
                payloadBytes: Int(entry.payloadBytes), at: entry.offset)
            if let resumed {
                if entry.offset == resumed.through { return close(block, resumed.closed) }
                continue
            }
            if isFull { return close(block, nil) }
            if dice.chance(impatience, in: 100) { return close(block, .maxWait) }
        }
        if closesAtEnd, !block.isEmpty { return close(block, .untilEnd) }
        next = first
        former.begin(at: former.start)
        return nil
    }

    private func close(_ block: RecordBlock, _ reason: Closing.Reason?) -> HostWindow {
        var outcome = Outcome()
        perturber.perturb(block, start: former.start, into: &outcome)
        let last = block.entries[block.count - 1].offset
        let closing = reason.map {
            Closing(source: source, start: former.start, through: last, reason: $0)
        }
        let new = HostWindow(
            start: former.start, block: block, outcome: outcome, closing: closing)
        if let resumed { new.emitted = Int(resumed.emitted) }
        resumed = nil
        window = new
        former.begin(at: last + 1)
        return new
    }

    /// The window at hand is done with.
    func finishWindow() { window = nil }
}
