import Perturbation
import Records

/// That no line puts a delivery into another window than its record's.
///
/// Carrying lines out takes no windows, so a line that was edited by hand would be carried out whatever
/// window it names.
struct AnchorCheck {
    /// For each pair of files, under the plan of its schedule.
    private var windows: [Int: MergeWindows] = [:]

    /// - Parameter batch: the transactions of a pair in their order.
    /// - Throws: `RecordingError` with the first line that does.
    mutating func check(_ batch: LiveJournals.Batch) throws(RecordingError) {
        var first: (line: Int, problem: String)?
        for (source, part) in batch.all {
            let formed = windows[batch.file, default: MergeWindows(plan: batch.plan)]
                .formed(of: part, source, file: batch.file)
            guard let formed else { continue }
            for (decision, line) in zip(part.decisions, part.lines)
            where line < first?.line ?? .max {
                // A line on no record at all is named by whoever carries it out.
                guard let slot = formed.block.index(of: decision.slot) else { continue }
                if let problem = formed.problem(of: decision, at: slot) { first = (line, problem) }
            }
        }
        if let first {
            throw RecordingError(
                .damaged, batch.paths.schedule ?? "", "line \(first.line): \(first.problem)")
        }
    }
}
