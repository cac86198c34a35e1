import Exploration
import Foundation
import Hunting
import Perturbation
import Recording

/// A hypothesis as a folder that `kerfuffle hunt` takes: the hunt file, the records, a schedule for each moment.
public struct HypothesisFolder {
    private let hypothesis: Hypothesis
    private let finding: String
    private let base: HuntDocument?

    static let standard = [Hunt.Topic(name: "orders", partitions: 1)]

    /// - Parameter base: the team's hunt file, whose system, observations and invariants are taken.
    /// - Throws: what keeps its workload from being read.
    public init(_ found: Counterexample, _ model: Model, base: HuntDocument?) throws {
        self.base = base
        finding = "\(found.finding)"
        hypothesis = Hypothesis(
            found, model, topics: base?.hunt.input.topics ?? Self.standard,
            samples: try base?.hunt.makeWorkload())
    }

    /// Makes the folder; one that is there is left alone.
    ///
    /// - Returns: what the counterexample did that no schedule can do.
    /// - Throws: `HuntError`, `RecordingError` where it cannot be written.
    public func write(to folder: String) throws -> [String] {
        let files = FileManager.default
        guard !files.fileExists(atPath: folder) else {
            throw HuntError(.files, "\(folder): is there already; --to-hunt names a new folder")
        }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let recorder = try BulkRecorder(
                creating: "\(folder)/recording.mcap",
                identity: RecordingIdentity(id: "explored", tool: "kerfuffle explore"))
            for record in hypothesis.workload.records {
                try recorder.append(record, arrivalNs: nil)
            }
            try recorder.close()
            var names: [String] = []
            for (index, schedule) in hypothesis.schedules.enumerated() {
                names.append("schedule-\(index + 1).jsonl")
                try Data(schedule.text.utf8).write(
                    to: URL(fileURLWithPath: "\(folder)/\(names[index])"))
            }
            try Data(try huntFile(names, folder).utf8).write(
                to: URL(fileURLWithPath: "\(folder)/hunt.yaml"))
        } catch let error as CocoaError {
            throw HuntError(.files, "\(folder): cannot be written: \(error.localizedDescription)")
        }
        return hypothesis.leftOut
    }

    private func huntFile(_ schedules: [String], _ folder: String) throws -> String {
        let root = base.map { Self.way(to: $0.folder, from: folder) }
        let way = base.map { Self.way(to: folder, from: $0.folder) + "/" } ?? ""
        let list = schedules.map { "  - \"\(way)\($0)\"\n" }.joined()
        let left = hypothesis.leftOut.map { "# Not tried: \($0)\n" }.joined()
        let head = """
            # What an exploration found (\(finding)), tried on a real system: each schedule is a trial.
            \(left)workload: {recording: "\(way)recording.mcap"}
            schedules:
            \(list)budget: {trials: \(schedules.count)}
            confirm: {runs: 5, needed: 2}

            """
        guard let base, let root else {
            let template = HuntTemplate(
                command: "./consumer",
                inputs: Self.standard.map { ($0.name, $0.partitions) }, outputs: [],
                state: "./dump", recording: nil)
            return head + Self.without(["workload", "budget", "faults"], template.text)
        }
        guard base.text.first != "{" else {
            throw HuntError(.input, "\(base.path): is written in braces; accepted is a key a line")
        }
        return head + "root: \"\(root)\"\n"
            + Self.without(
                ["workload", "schedules", "budget", "confirm", "root", "faults"], base.text)
    }

    /// Without links, behind which `..` is somewhere else.
    private static func way(to folder: String, from base: String) -> String {
        func plain(_ path: String) -> String {
            URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        }
        return Reproducer.relative(plain(folder), from: plain(base), always: true)
    }

    /// A file's text without some of its outermost keys, with all that belongs to them.
    static func without(_ keys: Set<String>, _ text: String) -> String {
        var isKept = true
        var kept = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isInner = line.first.map {
                $0 == " " || $0 == "-" || $0 == "#" || $0 == "}" || $0 == "]"
            }
            if isInner == false {
                let key = line.prefix { $0 != ":" }.trimmingCharacters(in: ["\"", "'", " "])
                isKept = !keys.contains(key)
            }
            if isKept { kept += line + "\n" }
        }
        return kept
    }
}
