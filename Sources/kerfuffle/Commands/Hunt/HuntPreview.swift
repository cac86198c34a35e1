import Foundation
import Hunting
import Records

/// One trial without perturbation, and what was seen of it.
struct HuntPreview {
    let document: HuntDocument

    init(_ document: HuntDocument, jobs: Int) { self.document = document }

    func run() throws {
        let hunt = document.hunt
        let folder =
            NSTemporaryDirectory() + "kerfuffle-\(ProcessInfo.processInfo.processIdentifier)"
        let bench = try TrialBench(hunt, folder: folder, shouldStop: { StopSignals.isRaised })
        try bench.build()
        let trial = try DryRun(hunt, on: bench)
        let outcome = trial.outcome
        try show(text(trial.workload, outcome) + verdicts(trial))
        guard outcome.ending == .settled else {
            throw Failure(.couldNotRun, "the system's output is in \(outcome.folder)")
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What the invariants say of it, and what of them can hardly be meant.
    private func verdicts(_ trial: DryRun) -> String {
        var lines = trial.judgements.map { judgement in
            let name = judgement.invariant.name
            if let reason = judgement.reason { return "\(name): not judged: \(reason)" }
            if let breach = judgement.breaches.first(where: { $0.cause == .system }) {
                return "\(name): broken in \(judgement.broken) of \(judgement.judged), without any "
                    + "perturbation: \(breach.words)"
            }
            return "\(name): holds (\(judgement.judged) judged)"
        }
        lines += trial.blindSelectors.map { "look again: \($0)" }
        return lines.map { $0 + "\n" }.joined()
    }

    private func text(_ workload: Workload, _ outcome: TrialOutcome) -> String {
        var lines = [
            "fed \(outcome.fed.count) of \(workload.records.count) records to "
                + workload.sources.map(\.description).joined(separator: ", "),
            "the system \(outcome.ending.word)"
                + (outcome.ending.reason.map { ": \($0)" } ?? ""),
            (outcome.ending.wasReady ? "ready after \(outcome.readyMs) ms, " : "")
                + "the trial took \(outcome.wallMs) ms, the system \(outcome.cpuMs) ms of "
                + "processor time",
        ]
        if outcome.ending == .settled {
            lines.append(
                outcome.commits
                    ? (outcome.unread.isEmpty
                        ? "its group committed everything"
                        : "its group did not commit \(outcome.unread.map(\.description).joined(separator: ", ")) to the end")
                    : "its group committed nothing: trials end after a silence, which takes longer")
        }
        lines += outcome.complaints
        for (name, records) in outcome.observed.sorted(by: { $0.key < $1.key }) {
            lines.append("\(name): \(records.count) seen")
            for record in records.prefix(10) {
                let key = record.key.map { String(decoding: $0, as: UTF8.self) + " " } ?? ""
                let value = record.value.map { String(decoding: $0, as: UTF8.self) } ?? "(null)"
                lines.append("  \(key)\(value.prefix(200))")
            }
            if records.count > 10 { lines.append("  …") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
