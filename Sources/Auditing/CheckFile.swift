import Checking
import Configuration

/// A file of `kerfuffle check`: which topics were the input, what is observed, what is noise and what must hold. A hunt
/// file will do: what it says of running a system is left alone.
public struct CheckFile: Sendable {
    /// Topics whose records were fed.
    public var input: [String] = []
    /// nil: every other topic, each in order.
    public var observe: [Observed]?
    public var plan = CheckPlan()

    /// A topic that is judged, by the name that invariants know it by.
    public struct Observed: Hashable, Sendable {
        public var name: String
        public var topic: String
        public var kind: Observation.Kind
    }

    public init() {}

    /// - Parameter topics: those of the recordings. Others may be named, and have no records then.
    /// - Throws: `SmallFile.Unreadable`; `ConfigurationError` with every problem of the file.
    public init(path: String, topics: [String]) throws {
        try self.init(yaml: try SmallFile.bytes(path), path: path, topics: topics)
    }

    public init(yaml: [UInt8], path: String, topics: [String]) throws(ConfigurationError) {
        self = try YAML.read(yaml, file: path) { root in
            root.section { section in CheckFile(section, topics: topics) }
        }
    }

    /// Keys of a hunt file that say nothing of judging.
    private static let others = [
        "hunt", "workload", "system", "broker", "plan", "seed", "faults", "strategy", "baseline",
        "settle", "budget", "confirm", "quarantine",
    ]

    private init(_ section: Section, topics: [String]) {
        let name = ValueParser.name("topic name")
        let element = section["input"]
        if let element, case .mapping = element.node.content {
            input = element.section { Self.topics($0, name) } ?? []
        } else {
            input = element?.oneOrMore { $0.value(as: name) } ?? []
        }
        observe = section["observe"]?.sequence { $0.section { Self.observed($0, name) } }
        let taken = input
        let streams =
            observe?.map { (name: $0.name, kind: $0.kind) }
            ?? topics.filter { !taken.contains($0) }.map { (name: $0, kind: .topic) }
        plan = CheckPlan(section, streams: streams)
        for key in Self.others { _ = section[key] }
    }

    /// `{topics: {orders: 2}}` of a hunt file.
    private static func topics(_ section: Section, _ name: ValueParser<String>) -> [String]? {
        section.acceptRest()
        return section.required("topics", accepted: "write topics: [orders]") { element in
            if case .mapping = element.node.content {
                return element.entries { key, _ in key.value(as: name) }
            }
            return element.oneOrMore { $0.value(as: name) }
        }
    }

    /// `{topic: charges, kind: ledger}`, `{changes: shop.accounts}`; of a hunt file also what is no topic, and then never
    /// there.
    private static func observed(_ section: Section, _ topic: ValueParser<String>) -> Observed? {
        let name = section.optional("name", as: .name())
        _ = section["partitions"]
        guard let (key, value) = section.oneOf(["topic", "changes", "command", "file", "http"])
        else {
            return nil
        }
        switch key {
        case "topic", "changes":
            let usual: Observation.Kind = key == "topic" ? .topic : .changes
            let kind = section.optional("kind", as: .word("kind"), default: usual)
            return value.value(as: topic).map {
                Observed(name: name ?? $0, topic: $0, kind: kind)
            }
        case "command": return Observed(name: name ?? "state", topic: "", kind: .state)
        case "file": return Observed(name: name ?? "file", topic: "", kind: .file)
        default: return Observed(name: name ?? "http", topic: "", kind: .calls)
        }
    }
}
