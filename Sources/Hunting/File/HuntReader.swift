import Configuration
import Foundation
import Perturbation
import Recording

/// Asks a hunt file for its parts; every problem is noted at its place.
struct HuntReader {
    let folder: String
    /// What the hunt is called where the file does not say.
    let name: String
    /// Whether a `root` of the file counts.
    var takesRoot = true
    /// Whether recordings and schedules that it names must be there.
    var needsFiles = true

    func hunt(_ section: Section) -> Hunt? {
        if let root = section.optional("root", as: .name("folder")), takesRoot {
            let rooted = HuntReader(
                folder: absolute(root), name: name, takesRoot: false,
                needsFiles: needsFiles)
            var hunt = rooted.hunt(section)
            hunt?.root = absolute(root)
            return hunt
        }
        let name = section.optional("hunt", as: .name("name"), default: name)
        let input = section.required("input", accepted: "write input: {topics: {orders: 2}}") {
            element -> Hunt.Input? in
            element.section(self.input)
        }
        let topics = input?.topics ?? []
        let workload = section.required(
            "workload", accepted: "write workload: {recording: orders.mcap}, or {generate: …}"
        ) { element in element.section { WorkloadReader(reader: self, topics: topics).source($0) } }
        let observe = section.required(
            "observe", accepted: "write observe: [{topic: ledger}], or command, file, http",
            { element -> [Hunt.Observed]? in element.sequence(self.observed) })
        let sinks = (observe ?? []).compactMap { observed -> String? in
            if case .http = observed.kind { observed.name } else { nil }
        }
        checkNames(observe ?? [], section)
        let named = topics.map(\.name) + (observe ?? []).compactMap(\.topicName)
        let systems = SystemReader(
            folder: folder, words: Hunt.words(topics: named, sinks: sinks))
        let system = section.required(
            "system", accepted: "write system: {command: [python3, consumer.py]}"
        ) { element -> SystemUnderTest? in element.section(systems.system) }
        let broker = section.optional("broker", BrokerReader().broker)
        let plan = section.optional("plan") {
            Plan.read($0, gaps: { try RecordedGaps.read(absolute($0)) })
        }
        let seed = section.optional("seed", as: .text)
        let faults = section.sequence("faults", FaultReader().rule)
        let strategy = section.optional(
            "strategy", as: .word("strategy"), default: Hunt.StrategyKind.swarm)
        let schedules = section.sequence("schedules") { existing($0, .name("path")) }
        let baseline = section.optional("baseline") { self.baseline($0, systems) }
        let settle = section.optional("settle") { $0.section(Hunt.Settle.init(reading:)) }
        let judging = JudgingReader(observe: observe ?? []).judging(section)
        let budget = section.optional("budget") { $0.section(Hunt.Budget.init(reading:)) }
        let confirm = section.optional("confirm") { $0.section(confirmation) }
        guard let input, let workload, let observe, let system else { return nil }
        if case .external = system.start, !faults.isEmpty {
            section["faults"]?.problem(
                "these strike copies that are started here, and an external system has none",
                accepted: "take faults out, or start the system by system: {command: …}")
        }
        var chosen = plan ?? .hunting
        if let seed { chosen.seed = seed }
        return Hunt(
            name: name, workload: workload, input: input, observe: observe, system: system,
            broker: broker ?? .embedded(roundTrip: nil, errors: []), plan: chosen, faults: faults,
            strategy: strategy, schedules: schedules, baseline: baseline ?? .unperturbed,
            settle: settle ?? Hunt.Settle(),
            judging: judging, budget: budget ?? Hunt.Budget(), confirm: confirm ?? .standard)
    }

    /// A path of the file, from its folder.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    /// The path of a file that must be there, from the file's folder.
    func existing(_ element: Element, _ parser: ValueParser<String>) -> String? {
        guard let path = element.value(as: parser).map(absolute) else { return nil }
        if needsFiles, !FileManager.default.fileExists(atPath: path) {
            element.problem("there is no \(path)")
        }
        return path
    }

    // MARK: Input and observations

    private func input(_ section: Section) -> Hunt.Input? {
        let topics = section.required("topics", accepted: "write topics: {orders: 2}", self.topics)
        let pace = section.optional("pace", as: .duration, default: .milliseconds(1))
        let when = section.optional("when", as: .word("moment"), default: Hunt.Input.Moment.ready)
        let own = section.optional("ownTimes", as: .boolean, default: false)
        return topics.map { Hunt.Input(topics: $0, when: when, pace: pace, usesOwnTimes: own) }
    }

    /// `[orders]`, each with one partition, or `{orders: 4}`.
    private func topics(_ element: Element) -> [Hunt.Topic]? {
        let topics: [Hunt.Topic]?
        if case .mapping = element.node.content {
            topics = element.entries { key, value in
                guard let name = key.value(as: .topicName),
                    let count = value.value(as: .integer.within(1...1000))
                else { return nil }
                return Hunt.Topic(name: name, partitions: count)
            }
        } else {
            topics = element.oneOrMore { $0.value(as: .topicName) }?
                .map { Hunt.Topic(name: $0, partitions: 1) }
        }
        if topics?.isEmpty == true { element.problem("names no topic") }
        return topics
    }

    private func observed(_ element: Element) -> Hunt.Observed? {
        element.section { section -> Hunt.Observed? in
            let name = section.optional("name", as: .name())
            let partitions = section.optional(
                "partitions", as: .integer.within(1...1000), default: 1)
            let kinds = ["topic", "changes", "command", "file", "http"]
            let isTopic = section.keys.contains("topic") || section.keys.contains("changes")
            if !isTopic { section["partitions"]?.problem("only topics have partitions") }
            guard let (key, value) = section.oneOf(kinds) else { return nil }
            switch key {
            case "topic", "changes":
                guard let topic = value.value(as: .topicName) else { return nil }
                let which = Hunt.Topic(name: topic, partitions: partitions)
                return Hunt.Observed(
                    name: name ?? topic, kind: key == "topic" ? .topic(which) : .changes(which))
            case "command":
                return commandWords(value).map {
                    Hunt.Observed(name: name ?? "state", kind: .command($0))
                }
            case "file":
                return value.value(as: .name("path")).map {
                    Hunt.Observed(name: name ?? "file", kind: .file($0))
                }
            default:
                return HTTPReader().sink(value, name: name)
            }
        }
    }

    private func checkNames(_ observed: [Hunt.Observed], _ section: Section) {
        var seen: Set<String> = []
        for one in observed where !seen.insert(one.name).inserted {
            section["observe"]?.problem(
                "two observations are called `\(one.name)`", accepted: "give one a name: …")
        }
        if let element = section["observe"], case .sequence(let nodes) = element.node.content,
            nodes.isEmpty
        {
            element.problem("nothing is observed", accepted: "write [{topic: ledger}]")
        }
    }

    // MARK: The rest

    private func baseline(_ element: Element, _ systems: SystemReader) -> Hunt.Baseline? {
        if case .mapping = element.node.content {
            return element.section { section in
                section.required("system", accepted: "write system: {command: […]}") {
                    $0.section(systems.system)
                }.map { .system($0) }
            }
        }
        let words: ValueParser<Bool> = .oneOf("baseline", ["unperturbed": true])
        return element.value(as: words).map { _ in .unperturbed }
    }

    private func confirmation(_ section: Section) -> Hunt.Confirmation? {
        let runs = section.optional("runs", as: .integer.within(1...1000), default: 5)
        // Four of five, as where neither is said.
        let usual = (runs * 4 + 4) / 5
        let needed = section.optional("needed", as: .integer.within(1...1000), default: usual)
        if needed > runs {
            section["needed"]?.problem("more than there are runs (\(runs))")
        }
        return Hunt.Confirmation(needed: min(needed, runs), runs: runs)
    }
}

/// The words of a command: a list, or a text that a shell takes.
func commandWords(_ element: Element) -> [String]? {
    if case .sequence = element.node.content {
        let words = element.sequence { $0.value(as: .text) }
        if words?.first?.isEmpty ?? true {
            element.problem("names no program", accepted: "write [python3, consumer.py]")
            return nil
        }
        return words
    }
    return element.value(as: .name("command")).map { ["/bin/sh", "-c", replacingShell($0)] }
}

/// A single program takes the shell's place: signals reach it alone, and its processor time is counted.
private func replacingShell(_ text: String) -> String {
    let isSingle = !text.contains { ";&|()<>{}`\n#".contains($0) }
    let first = text.split(separator: " ").first ?? ""
    let words = [
        "exec", "cd", "export", "set", "if", "for", "while", "until", "case", "!", ".", "eval",
    ]
    guard isSingle, !first.contains("="), !words.contains(String(first)) else { return text }
    return "exec " + text
}

extension Hunt.Observed {
    var topicName: String? {
        switch kind {
        case .topic(let topic), .changes(let topic): topic.name
        case .command, .file, .http: nil
        }
    }
}
