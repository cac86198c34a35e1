import Configuration

/// Goes through a topology key by key: what the file has is taken from there, then what a preset has, and what
/// neither has is said by the topology that was read.
struct TopologyExplanationBuilder {
    private let root: Node
    let topology: Topology
    private(set) var entries: [TopologyExplanation.Entry] = []

    init(_ root: Node, _ topology: Topology) {
        self.root = root
        self.topology = topology
    }

    /// A key, and what holds where it is absent.
    struct Key {
        let name: String
        /// The value and its source; nil: it stands there always, as no topology is read without it.
        let standard: (value: String, why: String)?

        init(_ name: String, _ value: String, why: String) {
            self.name = name
            standard = (value, why)
        }

        init(required name: String) {
            self.name = name
            standard = nil
        }
    }

    /// Why nothing disturbs a run that says nothing.
    static let undisturbed = "ours: nothing goes wrong that was not asked for"
    static let instant =
        "ours: what is not named takes no time, as in the rows of docs/validation.md"

    mutating func explain() {
        section(root, NodePath.root, topKeys, skipping: parts)
        section("run", runKeys)
        for source in topology.sources {
            named("sources", source.name, sourceKeys(source), nested: ["workload", "duplicates"])
            if case .recorded = source.arrivals {
                inner(
                    "sources", source.name, "workload",
                    [
                        Key("topics", "all", why: "ours: all that was recorded came together"),
                        Key("factor", "1", why: "ours: as fast as it was recorded"),
                    ])
            }
            if source.duplicates != nil {
                inner(
                    "sources", source.name, "duplicates",
                    [
                        Key(
                            "probability", "1",
                            why: "docs/validation.md, row R13: every message comes twice")
                    ])
            }
        }
        for queue in topology.queues {
            let preset = topology.handlers.first { $0.queue == queue.name }
                .flatMap(\.preset).flatMap(Preset.named)
            named(
                "queues", queue.name, queueKeys(queue), preset, preset?.queue, nested: ["redrive"])
            if let redrive = queue.redrive { inner("queues", queue.name, "redrive", keys(redrive)) }
        }
        for store in topology.stores { named("stores", store.name, storeKeys(store)) }
        for inbox in topology.inboxes {
            named(
                "inboxes", inbox.name,
                [
                    Key(
                        "window", "for ever",
                        why:
                            "Hohpe and Woolf, Enterprise Integration Patterns (2003), Idempotent Receiver: "
                            + "what is forgotten is not recognised"),
                    Key("last", "no limit", why: "the same: what is forgotten is not recognised"),
                    Key(
                        "in", inbox.place.rawValue,
                        why:
                            "Richardson, Microservices Patterns (2018), 3.3.6: message ids in a table of the "
                            + "store"),
                ])
        }
        for service in topology.services { named("services", service.name, []) }
        for handler in topology.handlers {
            let preset = handler.preset.flatMap(Preset.named)
            named(
                "handlers", handler.name, handlerKeys(handler), preset, preset?.handler,
                nested: ["circuitBreaker", "retry", "commit", "prefetch", "group"])
            nested(handler)
        }
        strategies()
        faults()
    }

    private mutating func nested(_ handler: Handler) {
        if node("handlers", handler.name, "retry")?.isMapping == true {
            let other = node("handlers", handler.name, "retry")?.value(of: "other")
            let rest = other.map { "as other: \($0.flow)" } ?? standardPolicy
            inner(
                "handlers", handler.name, "retry",
                FailureKind.allCases.map {
                    Key(
                        "\($0)", rest,
                        why: other == nil
                            ? whyStandard : "ours: `other` is for kinds without a list")
                })
        }
        if let breaker = handler.breaker {
            inner("handlers", handler.name, "circuitBreaker", keys(breaker))
        }
        inner(
            "handlers", handler.name, "prefetch",
            [
                Key(required: "count"),
                Key(
                    "by", "node",
                    why: "MassTransit 8, PrefetchCount: of a receive endpoint of one instance"),
            ])
        if handler.isGroup {
            section(
                node("handlers", handler.name, "group"),
                .key(.key(.key(.root, "handlers"), handler.name), "group"), keys(handler.group))
        }
        if let commit = handler.commit, node("handlers", handler.name, "commit")?.isMapping == true
        {
            var keys: [Key] = []
            if commit.interval == nil {
                keys.append(Key("takes", "\(commit.takes)", why: Self.instant))
            } else {
                keys.append(
                    Key(
                        "timer", commit.timer.rawValue,
                        why: "docs/validation.md, row L5: instants on a fixed grid"))
            }
            inner("handlers", handler.name, "commit", keys)
        }
    }

    /// Each fault as it stands there, and what it leaves open.
    private mutating func faults() {
        guard case .sequence(let nodes)? = root.value(of: "faults")?.content else { return }
        for (node, fault) in zip(nodes, topology.faults) {
            add(node.path, node.flow, .file(node.place))
            var keys: [Key] = []
            if case .redeliver = fault.kind {
            } else if node.value(of: "lasting") == nil {
                keys.append(
                    Key(
                        "lasting", fault.lasting.map { "\($0)" } ?? "the rest of the run",
                        why: fault.lasting == nil
                            ? "ours: what is slow or cut off at an instant stays so until told"
                            : "docs/validation.md, row L5: a restart follows at once"))
            }
            if node.value(of: "until") == nil {
                keys.append(
                    Key(
                        "until", "as long as there is something to strike",
                        why: "ours: no run may pass its faults by"))
            }
            for key in keys { addStandard(key, at: .key(node.path, key.name)) }
        }
    }

    private let parts = [
        "run", "sources", "queues", "stores", "inboxes", "services", "handlers", "strategies",
        "faults",
    ]

    // MARK: Walking

    /// The keys of a mapping: those that are known, and those that are not, so that nothing is left out.
    private mutating func section(
        _ node: Node?, _ path: NodePath, _ keys: [Key], skipping: [String] = [],
        _ preset: Preset? = nil, _ defaults: Node? = nil
    ) {
        for key in keys {
            let path = NodePath.key(path, key.name)
            if let own = node?.value(of: key.name) {
                written(own, path)
            } else if let preset, let value = defaults?.value(of: key.name) {
                add(path, value.flow, .preset(preset, said: preset.source(of: key.name)))
            } else {
                addStandard(key, at: path)
            }
        }
        guard case .mapping(let all)? = node?.content else { return }
        for entry in all
        where !skipping.contains(entry.name) && !keys.contains(where: { $0.name == entry.name }) {
            written(entry.value, .key(path, entry.name))
        }
    }

    private mutating func section(_ name: String, _ keys: [Key]) {
        section(root.value(of: name), .key(.root, name), keys)
    }

    private mutating func named(
        _ part: String, _ name: String, _ keys: [Key], _ preset: Preset? = nil,
        _ defaults: Node? = nil, nested: [String] = []
    ) {
        let node = root.value(of: part)?.value(of: name)
        // Mappings below it are gone through by themselves.
        let inner = nested.filter { node?.value(of: $0)?.isMapping == true }
        section(
            node, .key(.key(.root, part), name), keys.filter { !inner.contains($0.name) },
            skipping: inner, preset, defaults)
    }

    private func node(_ part: String, _ name: String, _ key: String) -> Node? {
        root.value(of: part)?.value(of: name)?.value(of: key)
    }

    private mutating func inner(_ part: String, _ name: String, _ key: String, _ keys: [Key]) {
        guard let node = node(part, name, key), node.isMapping else { return }
        section(node, .key(.key(.key(.root, part), name), key), keys)
    }

    /// Steps and retries stand line by line.
    private mutating func written(_ node: Node, _ path: NodePath) {
        if case .key(_, "steps") = path, case .sequence = node.content {
            list(node)
        } else if path.isOfRetries, case .sequence(let actions) = node.content {
            retries(actions, path)
        } else {
            add(path, node.flow, .file(node.place))
        }
    }

    private mutating func list(_ node: Node) {
        guard case .sequence(let nodes) = node.content else { return }
        for entry in nodes {
            add(entry.path, entry.flow, .file(entry.place))
            guard case .mapping(let step) = entry.content, let first = step.first else { continue }
            for key in stepKeys(first.name, first.value)
            where first.value.value(of: key.name) == nil {
                let path = NodePath.key(.key(entry.path, first.name), key.name)
                addStandard(key, at: path, beside: entry.path)
            }
        }
    }

    private mutating func retries(_ actions: [Node], _ path: NodePath) {
        for action in actions {
            add(action.path, action.flow, .file(action.place))
            for (part, key) in retryKeys(action) {
                let place = part.map { NodePath.key(action.path, $0) } ?? action.path
                addStandard(key, at: .key(place, key.name), beside: action.path)
            }
        }
        guard let last = actions.last, !last.endsRetries else { return }
        let end = Key(
            "deadLetter", "then", why: "NServiceBus 9, Recoverability: then the error queue")
        addStandard(end, at: .key(.index(path, actions.count), end.name), beside: path)
    }

    private mutating func addStandard(_ key: Key, at path: NodePath, beside: NodePath? = nil) {
        guard let (value, why) = key.standard else { return }
        add(path, value, .standard(why: why), beside: beside)
    }

    /// - Parameter beside: what it stands with, its keys behind that one's; nil: what it belongs to.
    private mutating func add(
        _ path: NodePath, _ value: String, _ origin: TopologyExplanation.Origin,
        beside: NodePath? = nil
    ) {
        var (part, key) = ("", path.description)
        if case .key(let parent, let name) = beside ?? path {
            (part, key) = (parent.description, name)
        }
        if case .index(.key(let parent, let name), let index) = beside ?? path {
            (part, key) = (parent.description, "\(name)[\(index)]")
        }
        if let beside { key += path.description.dropFirst(beside.description.count) }
        entries.append(
            TopologyExplanation.Entry(
                path: path.description, part: part, key: key, value: value, origin: origin))
    }

    private mutating func strategies() {
        let node = root.value(of: "strategies")
        let path = NodePath.key(.root, "strategies")
        let workers = topology.handlers.map { handler in
            (handler.workers.map { $0 * handler.nodes }).map(String.init) ?? "one"
        }
        section(
            node?.value(of: "partitioned"), .key(path, "partitioned"),
            [
                Key(
                    "slots", Set(workers).count == 1 ? workers[0] : "as many as workers",
                    why: "ours: the number of workers, so that each can have a slot")
            ])
        let lock = topology.settings.lock
        section(
            node?.value(of: "lock"), .key(path, "lock"),
            [
                Key(
                    "ttl", lock.term.ttl?.spelled ?? "none",
                    why: "Redisson 3, Config.lockWatchdogTimeout: 30000 ms"),
                Key(
                    "renewal", "none",
                    why: "Redis documentation, Distributed Locks: SET NX PX, extended by nobody"),
                Key(
                    "clock", lock.clock.rawValue,
                    why: "Redis documentation, SET PX: the server ends the key"),
                Key(
                    "fencing", lock.fencing.rawValue,
                    why: "Kleppmann, How to do distributed locking (2016): Redlock gives no token"),
            ])
        if let node { section(node, path, [], skipping: ["partitioned", "lock"]) }
    }
}
