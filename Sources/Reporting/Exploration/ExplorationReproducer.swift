import Checking
import Configuration
import Exploration
import Foundation
import Hunting
import Perturbation
import Simulation

/// A counterexample as a folder that shows it: the topology, the steps, the picture, and one command.
public struct ExplorationReproducer: Sendable {
    /// The topology's file: as it was, or made smaller.
    public var topology: String
    /// As it was, where ``topology`` was made smaller.
    public var original: String?
    /// The folder that relative paths of it count from; what they lead to is copied.
    public var root: String
    /// What was put in place of its values: `bounds.crashes=2`.
    public var settings: [String]
    public var messages: Int?
    /// A recording as the workload: its path; in the folder it is a copy.
    public var workload: String?
    public var script: ExecutionScript

    static let facts = "reproducer.json"
    private static let steps = "choices.jsonl"
    private static let copy = "recording"
    private static let whole = "original.yaml"

    public init(
        topology: String, original: String? = nil, root: String, settings: [String],
        messages: Int?, workload: String?, script: ExecutionScript
    ) {
        self.topology = topology
        self.original = original
        self.root = root
        self.settings = settings
        self.messages = messages
        self.workload = workload
        self.script = script
    }

    /// Why a folder cannot be read or written.
    public struct Unusable: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String

        init(_ description: String) { self.description = description }
    }

    /// Whether there is such a reproducer in a folder, whole or not.
    public static func isIn(_ folder: String) -> Bool {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(facts)"),
            let value = try? JSONValue(parsing: String(decoding: data, as: UTF8.self))
        else { return false }
        return value["exploration"] != nil
    }

    /// `noLostUpdate-inventory`, `deadlock`: a folder's name.
    public static func folderName(_ found: Counterexample) -> String {
        let plain = "\(found.finding)".map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return String(plain)
    }

    // MARK: Writing

    /// Makes the folder, in place of one of that name.
    ///
    /// - Throws: ``Unusable`` where it cannot be written.
    public func write(
        _ reduction: Reduction, _ preventions: [Prevention], to folder: String
    ) throws {
        let (found, model) = (reduction.counterexample, reduction.model)
        let files = FileManager.default
        do {
            try? files.removeItem(atPath: folder)
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var copied: String?
            if let workload {
                let ending = URL(fileURLWithPath: workload).pathExtension
                copied = Self.copy + (ending.isEmpty ? "" : ".\(ending)")
                try files.copyItem(atPath: workload, toPath: "\(folder)/\(copied ?? "")")
            }
            var texts = [
                ("topology.yaml", try selfContained(folder)), (Self.steps, script.text(model)),
                (Self.facts, factsText(copied, reduction)),
                ("README.md", readMe(reduction, preventions)),
            ]
            if let original { texts.append((Self.whole, original)) }
            if let timeline = found.timeline {
                texts.append(("timeline.svg", TimelineDrawing(timeline).svg))
            }
            for (name, text) in texts {
                try Data(text.utf8).write(
                    to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
            }
        } catch {
            throw Unusable("\(folder): cannot be written: \(error.localizedDescription)")
        }
    }

    private static let files = "files"

    /// The topology with copies of the recordings that it names, so that the folder can be anywhere.
    private func selfContained(_ folder: String) throws -> String {
        var tree = try YAML.tree(Array(topology.utf8), file: "topology.yaml")
        let named = tree.leaves.filter { path, _ in
            [".recording", ".gaps"].contains { path.hasSuffix($0) }
        }
        var isAsItWas = true
        var places: [String: String] = [:]
        for (path, value) in named.sorted(by: { $0.key < $1.key }) {
            let source = value.hasPrefix("/") ? value : "\(root)/\(value)"
            guard FileManager.default.fileExists(atPath: source) else { continue }
            if places[source] == nil {
                let name = URL(fileURLWithPath: source).lastPathComponent
                let isTaken = places.values.contains("\(Self.files)/\(name)")
                let place = "\(Self.files)/" + (isTaken ? "\(places.count)-" : "") + name
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(Self.files)", withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: source, toPath: "\(folder)/\(place)")
                places[source] = place
            }
            tree = try tree.setting(
                try Setting(path, JSONValue.string(places[source] ?? value).text))
            isAsItWas = false
        }
        return isAsItWas ? topology : tree.yaml
    }

    private func factsText(_ copied: String?, _ reduction: Reduction) -> String {
        JSONValue.members([
            ("exploration", .number(1)), ("finding", .string(script.finding)),
            ("steps", .number(script.choices.count)),
            ("settings", .array(settings.map { .string($0) })),
            ("messages", messages.map { .number($0) }), ("workload", copied.map { .string($0) }),
            ("changed", .array(reduction.edits.map { .string("\($0)") })),
            ("minimal", ExplorationReport.json(reduction.certificate)),
        ]).text + "\n"
    }

    private func readMe(
        _ reduction: Reduction, _ preventions: [Prevention]
    ) -> String {
        let (found, model) = (reduction.counterexample, reduction.model)
        let steps = HuntReport.count(found.choices.count, "step")
        let about = model.topology.about.map { "\($0)\n\n" } ?? ""
        let picture = found.timeline.map { "```\n\(TimelineText($0).text)```\n\n" } ?? ""
        let tried = ExplorationReport.table(of: preventions)
        let instead = tried.isEmpty ? "" : "## What would have prevented it\n\n```\n\(tried)```\n\n"
        return """
            # \(found.finding)

            \(about)Strategy \(model.strategy.rawValue), \(HuntReport.count(model.messages, "message")), \(model.boundsInWords). \
            \(found.isShortest ? "\(steps), and none with fewer shows it." : "\(steps).")

            ```
            kerfuffle reproduce .
            ```

            in this folder, wherever it is, ends with 1 where it shows, 0 where it does not show any more (with
            `--set key=value`, or after a change to `topology.yaml`), 125 where it could not be run. `choices.jsonl` has a line for each step.

            \(picture)## What was left out

            ```
            \(ExplorationReport.table(of: reduction))```

            \(smaller(reduction))
            \(instead)
            """
    }

    private func smaller(_ reduction: Reduction) -> String {
        guard original != nil else { return "`topology.yaml` is as it was explored.\n" }
        let changes = reduction.edits.map { "- `\($0)`\n" }.joined()
        return "`topology.yaml` is `\(Self.whole)` with these changes, one behind the other:\n\n"
            + changes
    }

    // MARK: Reading

    /// - Throws: ``Unusable``, `ExecutionScript.Problems` where it is none.
    public init(opening folder: String) throws {
        func text(_ name: String) throws -> String {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
                throw Unusable("\(folder): no reproducer of an exploration: it has no \(name)")
            }
            return String(decoding: data, as: UTF8.self)
        }
        let facts: JSONValue
        do { facts = try JSONValue(parsing: try text(Self.facts)) } catch let error as Unusable {
            throw error
        } catch {
            throw Unusable("\(folder)/\(Self.facts): cannot be read: \(error)")
        }
        guard facts["exploration"]?.integer == 1 else {
            throw Unusable(
                "\(folder)/\(Self.facts): \"exploration\" is not 1, the version that is read")
        }
        let root = facts["root"]?.string ?? "."
        self.init(
            topology: try text("topology.yaml"),
            root: root.hasPrefix("/") ? root : "\(folder)/\(root)",
            settings: (facts["settings"]?.array ?? []).compactMap(\.string),
            messages: facts["messages"]?.integer.map { Int($0) },
            workload: facts["workload"]?.string.map { "\(folder)/\($0)" },
            script: try ExecutionScript(
                parsing: try text(Self.steps), file: "\(folder)/\(Self.steps)"))
        if let steps = facts["steps"]?.integer, steps != script.choices.count {
            throw Unusable(
                "\(folder)/\(Self.steps): has \(script.choices.count) of the \(steps) steps that were written; "
                    + "steps of your own are taken by explore --replay")
        }
        self.folder = folder
    }

    private var folder = ""

    // MARK: Running

    /// The model that the steps are of.
    ///
    /// - Parameters:
    ///   - more: put in place of values, behind the reproducer's own; a strategy among them is taken in place of
    ///     the steps' own.
    ///   - root: the folder that relative paths count from; nil: as the reproducer says.
    /// - Throws: what is wrong with the topology or the settings, `ExplorationError` where it cannot be explored.
    public func model(_ more: [String] = [], root: String? = nil) throws -> Model {
        let bytes = Array(topology.utf8)
        let document: TopologyDocument
        do {
            document = try TopologyDocument(yaml: bytes, file: "\(folder)/topology.yaml")
        } catch {
            // Relative paths lead elsewhere from here.
            guard
                let other = try? TopologyDocument(
                    yaml: bytes, file: "\(root ?? self.root)/topology.yaml")
            else { throw error }
            document = other
        }
        let all = try (settings + more).map(Self.setting)
        var topology = try document.topology(with: all)
        if let messages { topology.ask(forMessages: messages, besides: all.map(\.path)) }
        if let workload {
            guard topology.sources.count == 1 else {
                throw Unusable("\(folder): a recording is the workload of one source alone")
            }
            topology.sources[0].replay(try Workload(recording: workload), factor: .one)
            if messages != nil { topology.sources[0].messages = nil }
        }
        let own = more.contains { $0.hasPrefix("strategy=") }
        return try Model(
            topology, strategy: own ? topology.strategy : script.strategy, seed: script.seed)
    }

    private static func setting(_ text: String) throws -> Setting {
        guard let equals = text.firstIndex(of: "=") else {
            throw Unusable("--set \(text): has no value; write \(text)=8")
        }
        return try Setting(
            String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// Takes the steps as far as they can be taken, and goes on to the end.
    ///
    /// - Parameter own: the model that the steps are of; nil: as far as can be told the same.
    /// - Returns: whether the reproducer's finding shows, and what showed instead.
    public func shows(_ model: Model, stepsOf own: Model?) -> (isShown: Bool, other: Finding?) {
        let wanted = script.finding
        let choices = own?.translate(script.choices, to: model) ?? script.choices
        let cut = Execution(
            model, choices, skips: true, keepsEntries: false, looksForCycles: true)
        if cut.finding.map({ "\($0)" }) == wanted { return (true, nil) }
        let whole = Execution(model, choices, completes: true, skips: true)
        if whole.finding.map({ "\($0)" }) == wanted { return (true, nil) }
        let isAnomaly = whole.history.anomalies().contains { $0.kind.rawValue == wanted }
        return (isAnomaly, isAnomaly ? nil : whole.finding ?? cut.finding)
    }
}
