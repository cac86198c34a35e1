import Configuration
import Perturbation
import Records

extension TrialSchedule {
    /// Reads a schedule file and holds it against the records that it is about.
    ///
    /// - Throws: `SmallFile.Unreadable`; `HuntError` of kind `input` where the file is no schedule, and with every line that
    ///   is of a record that is not there.
    init(file path: String, for workload: Workload) throws {
        let text = String(decoding: try SmallFile.bytes(path), as: UTF8.self)
        do throws(ScheduleError) {
            try self.init(parsing: text)
        } catch {
            throw HuntError(.input, "\(path): \(error)")
        }
        let names = Set(workload.records.map(RecordName.init))
        let strangers =
            lines.compactMap { line in
                line.records.first { !names.contains($0) }.map { ($0, line.text(ruleNames)) }
            } + faults.filter { !names.contains($0.at) }.map { ($0.at, $0.text) }
        if !strangers.isEmpty {
            throw HuntError(
                .input,
                strangers.map { "\(path): \($0) is none of the records here: \($1)" }
                    .joined(separator: "\n"))
        }
        do throws(ScheduleError) {
            _ = try FeedSequence(workload, self, paceUs: 1000)
        } catch {
            throw HuntError(.input, "\(path): \(error)")
        }
    }
}

extension TrialSchedule.Line {
    /// The record that it is about, and the one that it is anchored at.
    fileprivate var records: [RecordName] {
        let anchor: LineDecision.Gap? =
            switch decision.operation {
            case .move(let gap): gap
            case .duplicate(_, let gap): gap
            case .drop, .delay, .corrupt, .untimed: nil
            }
        let own = RecordName(source, decision.slot)
        switch anchor {
        case .after(let offset), .before(let offset): return [own, RecordName(source, offset)]
        case nil: return [own]
        }
    }
}
