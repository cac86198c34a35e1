import Configuration
import Simulation

/// What can be less in a topology: changes of its file, each of one thing, the boldest of a kind first.
struct TopologyRemovals {
    static let dimensions: [Certificate.Dimension] = [
        .sources, .handlers, .sent, .budgets, .nodes, .workers, .partitions, .keys, .amounts,
    ]

    private let model: Model
    private var topology: Topology { model.topology }

    init(_ model: Model) { self.model = model }

    func all(_ dimension: Certificate.Dimension) -> [[TopologyEdit]] {
        switch dimension {
        case .sources: sources
        case .handlers: handlers
        case .sent: sent
        case .budgets: budgets
        case .nodes: topology.handlers.flatMap { fewer(1, $0.nodes, path("handlers", $0, "nodes")) }
        case .workers:
            topology.handlers.flatMap { fewer(1, workers($0), path("handlers", $0, "workers")) }
        case .partitions:
            topology.queues.flatMap { queue in
                fewer(1, queue.partitions ?? 1, "queues.\(Self.name(queue.name)).partitions")
            }
        case .keys: keys
        case .amounts: amounts
        case .steps, .messages, .faults, .deviations: []
        }
    }

    /// How much there is; nil: of another thing than a topology.
    func count(_ dimension: Certificate.Dimension) -> Int? {
        switch dimension {
        case .sources: topology.sources.count
        case .handlers: topology.handlers.count
        case .sent: model.sourced.count
        case .budgets: model.limits.reduce(0) { $0 + Int($1) }
        case .nodes: topology.handlers.reduce(0) { $0 + $1.nodes }
        case .workers: topology.handlers.reduce(0) { $0 + workers($1) * $1.nodes }
        case .partitions: topology.queues.reduce(0) { $0 + ($1.partitions ?? 1) }
        case .keys: Set(model.program.messages.map(\.key)).count
        case .amounts: amountsInAll
        case .steps, .messages, .faults, .deviations: nil
        }
    }

    // MARK: Consumers

    /// Of each node; as many as there are deliveries where nothing limits them.
    private func workers(_ handler: Handler) -> Int {
        guard handler.workers == nil else { return handler.workers ?? 1 }
        let unit = topology.handlers.firstIndex { $0.name == handler.name } ?? 0
        return max(1, model.slots.count { Int($0.unit) == unit })
    }

    private func fewer(_ least: Int, _ count: Int, _ path: String) -> [[TopologyEdit]] {
        count > least ? Self.lower(count, least).map { [.set(path, "\($0)")] } : []
    }

    /// All of them where there are few, else the ends and the middle.
    private static func lower(_ count: Int, _ least: Int) -> [Int] {
        guard count - least > 8 else { return Array(least..<count) }
        return [least, least + 1, least + 2, (count + least) / 2, count - 1]
    }

    private var handlers: [[TopologyEdit]] {
        guard topology.handlers.count > 1 else { return [] }
        // A queue may have an entry of its own, which nobody reads then.
        return topology.handlers.flatMap { handler in
            let edits = without(handler)
            return [[.remove("queues.\(Self.name(handler.queue))")] + edits, edits]
        }
    }

    /// A handler goes with what is sent to it.
    private func without(_ handler: Handler) -> [TopologyEdit] {
        var edits: [TopologyEdit] = []
        for (index, fault) in topology.faults.enumerated().reversed()
        where fault.kind.strikes(handler.name) {
            edits.append(.remove("faults[\(index)]"))
        }
        for source in topology.sources where source.queue == handler.queue {
            edits.append(.remove("sources.\(Self.name(source.name))"))
        }
        for other in topology.handlers where other.name != handler.name {
            for (index, step) in other.steps.enumerated().reversed() {
                guard case .publish(handler.queue, _) = step else { continue }
                edits.append(.remove(path("handlers", other, "steps[\(index)]")))
            }
        }
        return edits + [.remove("handlers.\(Self.name(handler.name))")]
    }

    // MARK: Messages

    private var sources: [[TopologyEdit]] {
        guard topology.sources.count > 1 else { return [] }
        return topology.sources.map { [.remove("sources.\(Self.name($0.name))")] }
    }

    private var sent: [[TopologyEdit]] {
        topology.sources.indices.flatMap { index in
            fewer(
                1,
                model.program.messages.count {
                    $0.parent < 0 && $0.original < 0 && Int($0.source) == index
                },
                "sources.\(Self.name(topology.sources[index].name)).messages")
        }
    }

    private var keys: [[TopologyEdit]] {
        guard count(.keys) ?? 1 > 1 else { return [] }
        let drawn = topology.sources.filter { source in
            if case .recorded = source.keys { false } else { source.keys != .one }
        }
        func one(_ source: Source, _ keys: String) -> TopologyEdit {
            .set("sources.\(Self.name(source.name)).keys", keys)
        }
        var all = [drawn.map { one($0, "one") }]
        if drawn.count > 1 { all += drawn.map { [one($0, "one")] } }
        for source in drawn {
            guard let count = source.keys.count, count > 2 else { continue }
            all += Self.lower(count, 2).map { [one(source, "uniform(\($0))")] }
        }
        return all.filter { !$0.isEmpty }
    }

    // MARK: Numbers

    private var budgets: [[TopologyEdit]] {
        Budget.allCases.flatMap { budget in
            fewer(0, Int(model.limit(budget)), "bounds.\(budget)")
        }
    }

    private var numbers: [(path: String, value: Int64)] {
        var all: [(String, Int64)] = topology.stores.map {
            ("stores.\(Self.name($0.name)).initial", $0.initial)
        }
        func add(_ place: String, _ steps: [Step]) {
            for (index, step) in steps.enumerated() {
                switch step {
                case .change(let amount): all.append(("\(place).steps[\(index)].change", amount))
                case .check(let least):
                    all.append(("\(place).steps[\(index)].check.atLeast", least))
                default: break
                }
            }
        }
        for handler in topology.handlers {
            add("handlers.\(Self.name(handler.name))", handler.steps)
        }
        for service in topology.services {
            add("services.\(Self.name(service.name))", service.steps)
        }
        return all
    }

    private var amountsInAll: Int {
        Int(clamping: numbers.reduce(UInt64(0)) { $0 &+ $1.value.magnitude })
    }

    /// Nearer to 0, on the same side. A change of nothing would be none.
    private var amounts: [[TopologyEdit]] {
        numbers.flatMap { path, value -> [[TopologyEdit]] in
            let size = Int(clamping: value.magnitude)
            let least = path.hasSuffix(".change") ? 1 : 0
            return fewer(least, size, path).map { edits in
                edits.map { edit in
                    guard value < 0, case .set(let path, let text) = edit else { return edit }
                    return .set(path, text == "0" ? text : "-\(text)")
                }
            }
        }
    }

    // MARK: Paths

    private func path(_ list: String, _ handler: Handler, _ rest: String) -> String {
        "\(list).\(Self.name(handler.name)).\(rest)"
    }

    /// A name with what paths are made of stands in brackets.
    private static func name(_ name: String) -> String {
        name.contains { ".[]".contains($0) } ? "[\"\(name)\"]" : name
    }
}
