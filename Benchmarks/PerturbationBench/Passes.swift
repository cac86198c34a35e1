import Perturbation
import Records

/// What is timed: each pass goes over the same records and answers how many bytes of lines it wrote.
enum Pass: String, CaseIterable {
    /// Copying the records into windows.
    case copy
    /// Deciding, on windows that are there.
    case decide
    case decideAndCopy = "decide + copy"
    case decideCopyAndWrite = "decide + copy + lines"

    func run(_ plan: Plan, records: Int) throws -> Int {
        switch self {
        case .copy: try form(plan, records) { _, _ in }
        case .decide: try decide(plan, records)
        case .decideAndCopy:
            try perturb(plan, records) { _, _, _ in }
        case .decideCopyAndWrite:
            try write(plan, records)
        }
    }

    private func write(_ plan: Plan, _ records: Int) throws -> Int {
        let encoder = DecisionEncoder(source: Workload.source, ruleNames: plan.ruleNames)
        var text = TextBuffer()
        var bytes = 0
        try perturb(plan, records) { outcome, block, _ in
            text.removeAll()
            encoder.encode(outcome.decisions, of: block.entries, into: &text)
            bytes += text.count
        }
        return bytes
    }

    @discardableResult
    private func perturb(
        _ plan: Plan, _ records: Int, _ body: (Outcome, RecordBlock, Offset) -> Void
    ) throws -> Int {
        var perturber = Perturber(plan: plan, source: Workload.source)
        var outcome = Outcome()
        return try form(plan, records) { block, start in
            perturber.perturb(block, start: start, into: &outcome)
            body(outcome, block, start)
        }
    }

    @discardableResult
    private func form(
        _ plan: Plan, _ records: Int, _ body: (RecordBlock, Offset) -> Void
    ) throws -> Int {
        let workload = Workload()
        let perturber = Perturber(plan: plan, source: Workload.source)
        var block = RecordBlock(source: Workload.source, reservingBytes: 1 << 16)
        var next: Offset = 1000
        let end = next + Offset(records)
        while next < end {
            block.removeAll()
            let start = next
            let length = min(perturber.windowLength(at: start), Int(end - start))
            for _ in 0..<length {
                try workload.append(next, to: &block)
                next += 1
            }
            body(block, start)
        }
        return 0
    }

    /// The same few windows over and over, each at a new start.
    private func decide(_ plan: Plan, _ records: Int) throws -> Int {
        var blocks: [(RecordBlock, Offset)] = []
        try form(plan, 5000) { block, start in blocks.append((block, start)) }
        var perturber = Perturber(plan: plan, source: Workload.source)
        var outcome = Outcome()
        var done = 0
        while done < records {
            for (block, start) in blocks {
                perturber.perturb(block, start: start, into: &outcome)
                done += block.count
            }
        }
        return 0
    }
}
