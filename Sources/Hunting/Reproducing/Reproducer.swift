import Checking
import Foundation
import Perturbation
import Recording
import Records

/// The least that shows a failure, as a folder: records, schedule, hunt file, what is expected and what was seen.
public struct Reproducer: Sendable {
    public let document: HuntDocument
    public let input: TrialInput
    public let failure: Failure
    /// Of the trial that it was shrunk from.
    public let seed: String
    /// The workload that it was shrunk from, as the hunt file makes it now; nil: its recording is gone, or this is
    /// one that is being written.
    package let wholeWorkload: Workload?
    /// How many of how many replays showed the failure when it was written; nil where it was not written now.
    var replays: (shown: Int, runs: Int)?
    /// The hunt was stopped before it was as small as it can be.
    var isStopped = false

    static let facts = "reproducer.json"

    init(document: HuntDocument, input: TrialInput, failure: Failure, seed: String) {
        self.document = document
        self.input = input
        self.failure = failure
        self.seed = seed
        wholeWorkload = nil
    }

    /// What stands in `reproducer.json`.
    private struct Facts: Codable {
        var version: Int
        var failure: Failure
        var seed: String
        /// Where the hunt file was, from the reproducer's folder: its relative paths count from there.
        var root: String
        /// `--set` of the hunt.
        var settings: [String]
        /// The hunt was stopped before it was done with it: one that goes on writes it anew.
        var isStopped: Bool?
    }

    /// Removes what an earlier run of the hunt was stopped at: it is made anew, perhaps under another name.
    static func removeStopped(in folder: String) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            guard let data = files.contents(atPath: path + "/" + facts),
                (try? JSONDecoder().decode(Facts.self, from: data))?.isStopped == true
            else { continue }
            try? files.removeItem(atPath: path)
        }
    }

    /// A folder's name for a failure: `exactlyOnceEffect-duplicate-charges`.
    static func folderName(_ failure: Failure) -> String {
        let text = [failure.invariant, failure.anomaly, failure.role].filter { !$0.isEmpty }
            .joined(separator: "-")
        let plain = text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return String(String(plain).split(separator: "-").joined(separator: "-").prefix(80))
    }

    // MARK: Writing

    /// - Throws: `HuntError`, `RecordingError` where the folder cannot be written.
    func write(to path: String) throws {
        let files = FileManager.default
        do {
            try? files.removeItem(atPath: path)
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            let id = "reproducer-\(input.digest)"
            let recorder = try BulkRecorder(
                creating: path + "/recording.mcap",
                identity: RecordingIdentity(id: id, tool: "kerfuffle hunt"))
            for record in input.workload.records { try recorder.append(record, arrivalNs: nil) }
            try recorder.close()
            var header = TextBuffer()
            header.append(
                ScheduleHeader(
                    recording: id, tool: "kerfuffle hunt", plan: document.hunt.plan))
            try write(header.string + input.schedule.text, path + "/schedule.jsonl")
            try write(document.text, path + "/hunt.yaml")
            let facts = Facts(
                version: 1, failure: failure, seed: seed,
                root: Self.relative(document.folder, from: path), settings: document.settingTexts,
                isStopped: isStopped ? true : nil)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try write(
                String(decoding: try encoder.encode(facts), as: UTF8.self) + "\n",
                path + "/" + Self.facts)
            try write(readMe(folder: path), path + "/README.md")
        } catch let error as CocoaError {
            throw HuntError(.files, "\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private func readMe(folder: String) -> String {
        let records = input.workload.records.map { record in
            let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? "(no key)"
            let value = record.value.map { String(decoding: $0, as: UTF8.self) } ?? "(tombstone)"
            return "- `\(RecordName(record))` key `\(key)`: `\(value)`"
        }
        let lines = input.schedule.atomTexts
        let done = lines.isEmpty ? "Nothing: they come as they are." : ""
        return """
            # \(failure.signature)

            \(failure.words)

            ```
            kerfuffle reproduce \(folder)
            ```

            It ends with 1 where the failure shows, 0 where it does not show any more, 125 where it could not
            be run.\(replayed)

            ## What is fed

            \(records.joined(separator: "\n"))

            ## What is done to them
            \(done)
            ```
            \(lines.joined(separator: "\n"))
            ```

            ## What was expected, and what was seen

            \(expectation)

            Seen: \(failure.words)
            \(seen)

            Found with seed `\(seed)`, \(input.origin).

            """
    }

    /// How surely it shows.
    private var replayed: String {
        var words = isStopped ? " The hunt was stopped before this was as small as it can be." : ""
        guard let (shown, runs) = replays, runs > 0 else { return words }
        words += " It showed in \(shown) of \(runs) replays when it was written"
        words +=
            shown == runs
            ? "." : ": not in every run. More of them (`--runs 20`) are surer to end with 1."
        return words
    }

    private var expectation: String {
        document.hunt.judging.plan.invariants.first { $0.name == failure.invariant }.map {
            "Expected: `\($0.name)` holds, \($0.origin) of hunt.yaml."
        } ?? "Expected: the system starts, reads all that it is fed, and goes on."
    }

    /// The records that show it, the cause first; `baseline` is what the system shows where nothing is done.
    private var seen: String {
        guard let lines = failure.evidence else { return "" }
        return "\n```\n\(lines.joined(separator: "\n"))\n```"
    }

    // MARK: Reading

    /// - Parameters:
    ///   - root: the folder that relative paths of the hunt file count from; nil: as the reproducer says.
    ///   - settings: in place of values of the hunt file, behind the reproducer's own.
    /// - Throws: `HuntError` of kind `input` where it is none.
    public init(
        opening path: String, root: String? = nil, settings: [String] = []
    ) throws {
        guard let data = FileManager.default.contents(atPath: path + "/" + Self.facts) else {
            throw HuntError(.input, "\(path): no reproducer: it has no \(Self.facts)")
        }
        let facts: Facts
        do {
            facts = try JSONDecoder().decode(Facts.self, from: data)
        } catch {
            throw HuntError(.input, "\(path)/\(Self.facts): cannot be read: \(error)")
        }
        let folder = root ?? (facts.root.hasPrefix("/") ? facts.root : path + "/" + facts.root)
        var isFolder: ObjCBool = false
        if !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
            || !isFolder.boolValue
        {
            throw HuntError(
                .input,
                "\(path): the hunt file's paths count from \(Self.plain(folder)), which is no folder here; "
                    + "name the one that they count from now: --root FOLDER")
        }
        document = try HuntDocument(
            path: path + "/hunt.yaml", folder: folder, settings: facts.settings + settings,
            workload: path + "/recording.mcap")
        failure = facts.failure
        seed = facts.seed
        let whole = try? HuntDocument(
            path: path + "/hunt.yaml", folder: folder, settings: facts.settings)
        wholeWorkload = try? whole?.hunt.makeWorkload(trialSeed: facts.seed)
        let records = try document.hunt.makeWorkload()
        input = TrialInput(
            number: 1, seed: facts.seed, workload: records,
            schedule: try TrialSchedule(file: path + "/schedule.jsonl", for: records),
            origin: "reproducer")
    }

    private static func plain(_ folder: String) -> String {
        URL(fileURLWithPath: folder).standardizedFileURL.path
    }

    /// A way from one folder to another that holds where both are moved together.
    ///
    /// - Parameter always: also where they have nothing but the root in common, as they will hardly move together then.
    package static func relative(
        _ folder: String, from base: String, always: Bool = false
    ) -> String {
        let one = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
        let two = URL(fileURLWithPath: base).standardizedFileURL.pathComponents
        let common = zip(one, two).prefix { $0 == $1 }.count
        if common <= 1 && !always { return URL(fileURLWithPath: folder).standardizedFileURL.path }
        let up = Array(repeating: "..", count: two.count - common)
        let way = (up + one[common...]).joined(separator: "/")
        return way.isEmpty ? "." : way
    }
}
