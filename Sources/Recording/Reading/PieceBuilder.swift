import Perturbation
import Records

/// Carries the lines of one partition and transaction out on their records.
struct PieceBuilder {
    private let part: JournalReader.Part
    private let schedule: String

    init(_ part: JournalReader.Part, _ paths: JournalPaths) {
        self.part = part
        schedule = paths.schedule ?? ""
    }

    /// - Parameters:
    ///   - block: some of the part's records; lines on records from `from` on and below `below` are
    ///     carried out on them.
    ///   - skip: so many deliveries at the front are left out.
    ///   - limit: of all deliveries so many count, from the front.
    /// - Throws: `RecordingError` with the line that cannot be carried out.
    func piece(
        _ block: RecordBlock, from: Offset = .min, below: Offset = .max, skip: Int,
        limit: Int? = nil
    ) throws(RecordingError) -> ExpectedOutput.Piece {
        var decisions: [Decision] = []
        var lines: [Int] = []
        var untimed: Set<Int32> = []
        for (index, line) in part.decisions.enumerated()
        where line.slot >= from && line.slot < below {
            let decision = try resolve(line, in: block, at: part.lines[index])
            if case .untimed = decision.operation { untimed.insert(decision.slot) }
            decisions.append(decision)
            lines.append(part.lines[index])
        }
        var outcome: Outcome
        do { outcome = try Outcome(applying: decisions, to: block.count) } catch {
            throw RecordingError(
                .damaged, schedule,
                error.description(lineOf: { lines.indices.contains($0) ? lines[$0] : 0 }))
        }
        try check(outcome, decisions, lines, block)
        if let limit { outcome.deliveries.removeLast(max(0, outcome.deliveries.count - limit)) }
        outcome.deliveries.removeFirst(min(skip, outcome.deliveries.count))
        return ExpectedOutput.Piece(
            source: block.source, records: block, outcome: outcome, untimed: untimed,
            slots: 0..<block.count)
    }

    /// That lines on records from here on are of records that are there: also where they are dead.
    func checkRecords(from first: Offset) throws(RecordingError) {
        for (index, line) in part.decisions.enumerated() where line.slot >= first {
            if part.records.index(of: line.slot) == nil {
                throw noSuchRecord(line, at: part.lines[index])
            }
        }
    }

    private func noSuchRecord(_ decision: LineDecision, at line: Int) -> RecordingError {
        damaged(
            line,
            "\(part.records.source)@\(decision.slot) is none of the records that the next checkpoint "
                + "covers; a line stands in front of the checkpoint of its record")
    }

    private func damaged(_ line: Int, _ message: String) -> RecordingError {
        RecordingError(.damaged, schedule, "line \(line): \(message)")
    }

    /// The decision with its records named by their places in the block.
    func resolve(
        _ decision: LineDecision, in block: RecordBlock, at line: Int
    ) throws(RecordingError) -> Decision {
        guard block.index(of: decision.slot) != nil else {
            throw noSuchRecord(decision, at: line)
        }
        do {
            return try decision.naming { offset throws(ScheduleError) in
                guard let index = block.index(of: offset) else { throw .noSuchAnchor(decision: 0) }
                return Int32(index)
            }
        } catch {
            throw damaged(
                line,
                "the record that \(block.source)@\(decision.slot) is to stand behind or in front of "
                    + "is none of those that the next checkpoint covers")
        }
    }

    /// Whether every change of a value can be made.
    private func check(
        _ outcome: Outcome, _ decisions: [Decision], _ lines: [Int], _ block: RecordBlock
    ) throws(RecordingError) {
        for delivery in outcome.deliveries where delivery.isCorrupted {
            let original = block.record(at: Int(delivery.slot)).value
            do { _ = try outcome.changedValue(of: delivery, original: original) } catch {
                var culprit: Int?
                if case .impossible(let corruption, _) = error {
                    culprit = decisions.firstIndex {
                        $0.slot == delivery.slot
                            && $0.operation == .corrupt(copy: delivery.copy, corruption)
                    }
                }
                let place = "\(block.source)@\(block.entries[Int(delivery.slot)].offset)"
                throw damaged(culprit.map { lines[$0] } ?? 0, "\(place): \(error)")
            }
        }
    }
}

extension RecordBlock {
    /// The place of a record in a block whose offsets rise; nil where there is no such record.
    ///
    /// - Complexity: O(log n)
    func index(of offset: Offset) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < count && entries[low].offset == offset ? low : nil
    }
}
