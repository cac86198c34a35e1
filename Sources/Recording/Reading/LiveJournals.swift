import Perturbation
import Records

/// What counts of pairs of recording and schedule, transaction by transaction: dead segments left out,
/// and each partition in the order of its chain, however often it went from one pair to another.
final class LiveJournals {
    /// What a transaction has of one partition.
    struct Part {
        var part: JournalReader.Part
        /// Windows that start below its end count, and so many deliveries of the one that starts there.
        var extent: Chain.Extent
        /// Whether the chain ends with this segment, or goes on behind a stretch that is in no file.
        var isLast: Bool

        /// Records below the end: whole windows.
        var wholeCount: Int { part.records.entries.prefix { $0.offset < extent.end }.count }
        /// Deliveries of the first window here that were emitted before.
        var skipped: Int { Int(clamping: part.segment?.emitted ?? 0) }
    }

    struct Batch {
        /// In the order of partitions.
        var parts: [Part]
        var paths: JournalPaths
        /// That of their schedule.
        var plan: Plan
        /// Which of the pairs it is of.
        var file: Int
        /// Names behind the rule numbers of its decisions.
        var ruleNames: [String]
        /// Everything that the pair has there, dead segments included.
        var all: [TopicPartition: JournalReader.Part]
    }

    let chain: Chain
    private var sides: [Side]
    /// For each partition the place in its chain of the segment that is being read.
    private var ranks: [TopicPartition: Int] = [:]
    /// Segments whose end was read: what later transactions have of them was written ahead for nothing.
    private var ended: Set<Chain.Key> = []

    /// One pair of files.
    private struct Side {
        let recording: String
        let schedule: String
        let file: Int
        var reader: JournalReader?
        /// What waits for its turn.
        var batch: JournalReader.Batch?
        var arrivalNs: UInt64 = 0
        var ruleNames: [String] = []
        var isAtEnd = false
    }

    private let readsDecisions: Bool
    /// Whether batches that no checkpoint covers are given out, where they may have been emitted.
    private let readsTails: Bool

    init(
        _ journals: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]?, decisions: Bool = true, tails: Bool = false
    ) throws {
        let chain = try Chain(schedules: journals.map(\.schedule), committed: committed)
        self.chain = chain
        readsDecisions = decisions
        readsTails = tails
        sides = journals.enumerated().map { file, pair in
            Side(
                recording: pair.recording, schedule: pair.schedule, file: file,
                isAtEnd: chain.removedFiles.contains(file))
        }
    }

    /// What the next transaction has; nil behind the last. Of several pairs the one whose records came
    /// first.
    func next() throws -> Batch? {
        for index in sides.indices where sides[index].batch == nil { try advance(index) }
        let waiting = sides.indices.filter { sides[$0].batch != nil }
        if waiting.isEmpty { return nil }
        let ready = waiting.filter { isDue(sides[$0]) }
        guard let index = ready.min(by: { sides[$0].arrivalNs < sides[$1].arrivalNs }),
            let batch = sides[index].batch
        else {
            throw RecordingError(
                .damaged, waiting.map { sides[$0].schedule }.joined(separator: ", "),
                "their segments wait for each other: the files were changed, or are not of one group"
            )
        }
        sides[index].batch = nil
        return Batch(
            parts: take(batch, of: index),
            paths: JournalPaths(
                recording: sides[index].recording, schedule: sides[index].schedule),
            plan: sides[index].reader?.header.plan ?? .passThrough, file: sides[index].file,
            ruleNames: sides[index].ruleNames, all: batch.parts)
    }

    private func advance(_ index: Int) throws {
        let side = sides[index]
        if side.isAtEnd { return }
        let reader =
            try side.reader
            ?? JournalReader(
                recording: side.recording, schedule: side.schedule, decisions: readsDecisions)
        sides[index].reader = reader
        var batch = try reader.next()
        if batch == nil {
            // Its buffers go, however many pairs there are.
            sides[index].reader = nil
            sides[index].isAtEnd = true
            if readsTails && reader.header.mayRepeat { batch = try reader.tail() }
        }
        sides[index].batch = batch
        sides[index].ruleNames = reader.ruleNames
        sides[index].arrivalNs =
            batch?.parts.values.compactMap { $0.records.entries.first?.arrivalNs }.min() ?? 0
    }

    private func key(_ side: Side, _ source: TopicPartition, _ part: JournalReader.Part)
        -> Chain.Key
    {
        Chain.Key(file: side.file, source: source, ordinal: part.ordinal)
    }

    /// Whether everything that the chain has in front of the batch was given out.
    private func isDue(_ side: Side) -> Bool {
        guard let batch = side.batch else { return false }
        return batch.parts.allSatisfy { source, part in
            guard let rank = chain.rank(of: key(side, source, part)) else { return true }
            return rank <= ranks[source, default: 0]
        }
    }

    private func take(_ batch: JournalReader.Batch, of index: Int) -> [Part] {
        var parts: [Part] = []
        for (source, part) in batch.parts.sorted(by: { $0.key < $1.key }) {
            let key = key(sides[index], source, part)
            guard let extent = chain.extent(of: key), let rank = chain.rank(of: key),
                rank == ranks[source, default: 0]
            else { continue }
            let isLast = chain.length(of: source) == rank + 1
            if !ended.contains(key) {
                parts.append(
                    Part(part: part, extent: extent, isLast: isLast || chain.isBeforeGap(key)))
            }
            if let last = part.records.entries.last, last.offset >= extent.end { ended.insert(key) }
            if let position = part.position, !isLast,
                Chain.Extent(end: position.next, emitted: position.part?.emitted ?? 0) == extent
            {
                ranks[source] = rank + 1
            }
        }
        return parts
    }
}
