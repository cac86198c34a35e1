import Configuration

extension Topology {
    /// Reads a topology from YAML (or JSON, which is YAML).
    ///
    /// - Parameters:
    ///   - file: the name that problems print.
    ///   - workloads: reads the recording at a path that a source names, of these topics, or of all.
    /// - Throws: `ConfigurationError` with every problem of the file.
    public init(
        yaml bytes: [UInt8], file: String,
        workloads: @escaping WorkloadReading = { try Workload(recording: $0, topics: $1) }
    ) throws(ConfigurationError) {
        self = try YAML.read(bytes, file: file) { Self.read($0, file, workloads) }
    }

    /// Reads a topology from the tree of its document.
    public init(
        _ root: Node, file: String,
        workloads: @escaping WorkloadReading = { try Workload(recording: $0, topics: $1) }
    ) throws(ConfigurationError) {
        self = try YAML.read(root, file: file) { Self.read($0, file, workloads) }
    }

    private static func read(
        _ root: Element, _ file: String, _ workloads: @escaping WorkloadReading
    ) -> Topology? {
        root.section { section in
            let folder = file.lastIndex(of: "/").map { String(file[...$0]) }
            var reader = TopologyReader(section, folder ?? "", workloads)
            return reader.topology()
        }
    }
}

/// Reads the recording at a path, of these topics or, where there are none, of all.
public typealias WorkloadReading = (_ path: String, _ topics: Set<String>) throws -> Workload

/// Asks the document for a topology's parts; every problem is noted at its place.
struct TopologyReader {
    let root: Section
    let queues: ValueParser<String>
    let stores: ValueParser<String>
    let services: ValueParser<String>
    let handlers: ValueParser<String>
    let storeNames: [String]
    let serviceNames: [String]
    /// Where the topology lies, with a slash behind it; empty: here.
    let folder: String
    let workloads: WorkloadReading

    init(_ root: Section, _ folder: String, _ workloads: @escaping WorkloadReading) {
        self.root = root
        self.folder = folder
        self.workloads = workloads
        // A queue that a handler reads needs no entry of its own.
        let declared = Self.names(root["queues"])
        let read = Self.entries(root["handlers"]).compactMap { Self.text("from", in: $0) }
        var all = declared
        for name in read where !all.contains(name) { all.append(name) }
        queues = .reference("queue", among: all)
        storeNames = Self.names(root["stores"])
        serviceNames = Self.names(root["services"])
        stores = .reference("store", among: storeNames)
        services = .reference("service", among: serviceNames)
        handlers = .reference("handler", among: Self.names(root["handlers"]))
    }

    mutating func topology() -> Topology? {
        var topology = Topology()
        topology.about = root.optional("about", as: .text)
        topology.seed = root.optional("seed", as: .text, default: topology.seed)
        topology.run = run()
        topology.stores = named("stores") { name, section in store(name, section) }
        topology.inboxes = named("inboxes") { name, section in
            InboxModel(
                name: name, window: section.optional("window", as: .positiveDuration),
                last: section.optional("last", as: .integer.atLeast(1)),
                place: section.optional("in", as: .word("place of an inbox"), default: .store))
        }
        topology.services = named("services") { name, section in
            Service(name: name, steps: steps(section, isService: true))
        }
        topology.handlers = named("handlers") { name, section in handler(name, section) }
        topology.queues = named("queues") { name, section in queue(name, section) }
        for handler in topology.handlers
        where !topology.queues.contains(where: { $0.name == handler.queue }) {
            topology.queues.append(undeclared(handler.queue))
        }
        topology.sources = named("sources") { name, section in source(name, section) }
        topology.strategy = root.optional("strategy", as: .word("strategy"), default: .naive)
        topology.compared = compared()
        topology.settings = settings()
        topology.faults = root.sequence("faults") { entry in
            entry.section { fault($0, topology.handlers) }
        }
        topology.invariants = invariants(&topology)
        topology.delivery = root.optional(
            "delivery", as: .word("contract of delivery"), default: topology.delivery)
        topology.bounds = bounds()
        check(topology)
        return topology
    }

    /// What is to be compared; a strategy that stands there twice is said.
    private func compared() -> [Strategy] {
        var all: [Strategy] = []
        let read: [Strategy] = root.sequence("compare") { element in
            guard let strategy = element.value(as: ValueParser<Strategy>.word("strategy")) else {
                return nil
            }
            if all.contains(strategy) {
                element.problem("\(strategy.rawValue) stands there twice", accepted: "keep one")
                return nil
            }
            all.append(strategy)
            return strategy
        }
        return read
    }

    /// A queue that has no entry of its own.
    private func undeclared(_ name: String) -> MessageQueue {
        let plain = MessageQueue(name: name)
        guard let defaults = preset(of: name)?.queue else { return plain }
        let read = try? YAML.read(defaults, file: "preset") { element in
            element.section { queue(name, $0) }
        }
        return read ?? plain
    }

    /// The preset of the handler that reads a queue.
    func preset(of queue: String) -> Preset? {
        for handler in Self.entries(root["handlers"])
        where Self.text("from", in: handler) == queue {
            return Self.text("preset", in: handler).flatMap(Preset.named)
        }
        return nil
    }

    private func run() -> RunLength {
        var run = RunLength()
        root.section("run") { section in
            run.messages = section.optional("messages", as: .integer.atLeast(1))
            run.time = section.optional("time", as: .positiveDuration)
            let warmUp = section["warmUp"]
            if case .scalar("mser5", _) = warmUp?.node.content {
                run.cutsByMSER = true
                return
            }
            let share = warmUp?.value(
                as: .probability.refusing(accepted: "write 10%, less than 1, or mser5") {
                    $0 >= .one ? "leaves nothing to measure" : nil
                })
            run.warmUp = share ?? run.warmUp
        }
        return run
    }

    private func store(_ name: String, _ section: Section) -> Store {
        var store = Store(name: name)
        store.entities = section.optional("entities", as: .integer.within(1...Limits.entities))
        store.initial = Int64(section.optional("initial", as: .quantity, default: 0))
        store.latency = section.optional(
            "latency", as: .durationDistribution, default: store.latency)
        store.timeout = section.optional("timeout", as: .positiveDuration)
        return store
    }

    private func settings() -> StrategySettings {
        var settings = StrategySettings()
        root.section("strategies") { section in
            section.section("partitioned") { section in
                settings.slots = section.optional(
                    "slots", as: .integer.within(1...Limits.entities))
            }
            section.section("lock") { section in
                settings.lock.term = term(section, default: settings.lock.term)
                settings.lock.clock = section.optional(
                    "clock", as: .word("clock"), default: .server)
                settings.lock.fencing = section.optional(
                    "fencing", as: .word("place of fencing"), default: .none)
            }
        }
        return settings
    }

    /// The entries of a mapping of names, in the order of the file; an entry without content has none.
    private func named<Value>(
        _ key: String, _ read: (String, Section) -> Value?
    ) -> [Value] {
        root[key]?.entries { name, value in
            if value.node.isNull {
                value.problem("has no content", accepted: "write {} where nothing is to be said")
                return nil
            }
            guard case .scalar(let text, _) = name.node.content else { return nil }
            return value.section { read(text, $0) }
        } ?? []
    }

    private static func names(_ element: Element?) -> [String] {
        guard case .mapping(let entries) = element?.node.content else { return [] }
        return entries.map(\.name)
    }

    private static func entries(_ element: Element?) -> [Node] {
        guard case .mapping(let entries) = element?.node.content else { return [] }
        return entries.map(\.value)
    }

    private static func text(_ key: String, in node: Node) -> String? {
        guard case .mapping(let entries) = node.content,
            case .scalar(let text, _)? = entries.first(where: { $0.name == key })?.value.content
        else { return nil }
        return text
    }
}

/// What a simulation can hold.
enum Limits {
    /// Entities, partitions and slots have numbers of 31 bits; this many fit into memory.
    static let entities = 100_000_000
    /// Workers are processes (``EventQueue/mostPayloads``).
    static let workers = 1_000_000
    static let partitions = 1_000_000
    static let retries = 10_000
    static let quantity = 1_000_000_000
    /// Faults of a kind in one explored execution, and its steps.
    static let occurrences = 100
    static let explored = 100_000
}

/// A duration, or none.
struct OptionalDuration: Sendable {
    let duration: Duration?
}

extension ValueParser where Value == Duration {
    static var positiveDuration: ValueParser {
        .duration.refusing(accepted: "write 250ms, 2s or 30m, more than 0") {
            $0 <= .zero ? "is not more than 0" : nil
        }
    }
}

extension ValueParser where Value == OptionalDuration {
    /// `30s` or `none`.
    static var durationOrNone: ValueParser {
        ValueParser(noun: "duration", accepted: "write 30s, more than 0, or none") { text in
            if text == "none" { return OptionalDuration(duration: nil) }
            guard case .success(let time) = ValueParser<Duration>.positiveDuration.parse(text)
            else { return nil }
            return OptionalDuration(duration: time)
        }
    }
}

extension Duration {
    /// Whole nanoseconds; what is longer than 292 years is taken to that.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isOver ? Int64.max / 8 : min(Int64.max / 8, whole + attoseconds / 1_000_000_000)
    }
}
