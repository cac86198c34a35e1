import Configuration

/// Goes through a topology key by key: what the file has is taken from there, then what a preset has, and what
/// neither has is said by the topology that was read.
struct TopologyExplanationBuilder {
    private let root: Node
    private let topology: Topology
    private(set) var entries: [TopologyExplanation.Entry] = []

    init(_ root: Node, _ topology: Topology) {
        self.root = root
        self.topology = topology
    }

    /// A key that may be absent: what holds then, and why.
    private struct Key {
        let name: String
        let standard: String
        let why: String?

        init(_ name: String, _ standard: String, why: String? = nil) {
            self.name = name
            self.standard = standard
            self.why = why
        }
    }

    mutating func explain() {
        section(root, NodePath.root, topKeys, skipping: parts)
        section("run", runKeys)
        for source in topology.sources {
            named("sources", source.name, sourceKeys(source), nested: ["workload", "duplicates"])
            if case .recorded = source.arrivals {
                inner(
                    "sources", source.name, "workload", [Key("topics", "all"), Key("factor", "1")])
            }
            if source.duplicates != nil {
                inner("sources", source.name, "duplicates", [Key("probability", "1")])
            }
        }
        for queue in topology.queues {
            let preset = topology.handlers.first { $0.queue == queue.name }
                .flatMap(\.preset).flatMap(Preset.named)
            named("queues", queue.name, queueKeys(queue), preset, preset?.queue)
        }
        for store in topology.stores { named("stores", store.name, storeKeys(store)) }
        for inbox in topology.inboxes {
            named(
                "inboxes", inbox.name,
                [
                    Key("window", "for ever"), Key("last", "no limit"),
                    Key("in", inbox.place.rawValue),
                ])
        }
        for service in topology.services { named("services", service.name, []) }
        for handler in topology.handlers {
            let preset = handler.preset.flatMap(Preset.named)
            named(
                "handlers", handler.name, handlerKeys(handler), preset, preset?.handler,
                nested: ["circuitBreaker", "retry", "commit"])
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
                    Key("\($0)", rest, why: other == nil ? whyStandard : nil)
                })
        }
        if let breaker = handler.breaker {
            inner("handlers", handler.name, "circuitBreaker", keys(breaker))
        }
        if let commit = handler.commit, node("handlers", handler.name, "commit")?.isMapping == true
        {
            var keys: [Key] = []
            if commit.interval == nil {
                keys.append(Key("takes", "\(commit.takes)"))
            } else {
                keys.append(Key("timer", commit.timer.rawValue))
            }
            inner("handlers", handler.name, "commit", keys)
        }
    }

    private let standardPolicy = "[inline: 2, deadLetter]"
    private let whyStandard =
        "three attempts, as Wolverine's MaximumAttempts is where a rule requeues"

    private func keys(_ breaker: CircuitBreaker) -> [Key] {
        let why = "Wolverine's CircuitBreakerOptions.cs"
        var keys: [Key] = []
        if case .share(let share, let least) = breaker.threshold {
            keys += [Key("share", "\(share)", why: why), Key("of", "\(least)", why: why)]
        }
        return keys + [
            Key("within", breaker.within.spelled, why: why),
            Key("open", breaker.open.spelled, why: why), Key("probes", "\(breaker.probes)"),
            Key("on", "every kind of failure"),
        ]
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
                    Key("lasting", fault.lasting.map { "\($0)" } ?? "the rest of the run"))
            }
            if node.value(of: "until") == nil {
                keys.append(Key("until", "as long as there is something to strike"))
            }
            for key in keys { add(.key(node.path, key.name), key.standard, .standard(why: nil)) }
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
                add(path, key.standard, .standard(why: key.why))
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

    /// Steps stand line by line.
    private mutating func written(_ node: Node, _ path: NodePath) {
        if case .key(_, "steps") = path, case .sequence = node.content {
            list(node)
        } else {
            add(path, node.flow, .file(node.place))
        }
    }

    private mutating func list(_ node: Node) {
        guard case .sequence(let nodes) = node.content else { return }
        for entry in nodes { add(entry.path, entry.flow, .file(entry.place)) }
    }

    private mutating func add(
        _ path: NodePath, _ value: String, _ origin: TopologyExplanation.Origin
    ) {
        var (part, key) = ("", path.description)
        if case .key(let parent, let name) = path { (part, key) = (parent.description, name) }
        if case .index(.key(let parent, let name), let index) = path {
            (part, key) = (parent.description, "\(name)[\(index)]")
        }
        entries.append(
            TopologyExplanation.Entry(
                path: path.description, part: part, key: key, value: value, origin: origin))
    }

    // MARK: Keys

    private var topKeys: [Key] {
        [
            Key("about", "nothing"), Key("seed", topology.seed),
            Key("strategy", topology.strategy.rawValue),
            Key("compare", "every strategy"), Key("invariants", "none"),
        ]
    }

    private var runKeys: [Key] {
        [
            Key("messages", "no limit"), Key("time", "until all is handled"),
            Key(
                "warmUp", "\(topology.run.warmUp)",
                why: "a tenth, as the rows of docs/validation.md discard"),
        ]
    }

    private func sourceKeys(_ source: Source) -> [Key] {
        var keys = [Key("to", source.queue)]
        if case .recorded = source.arrivals {
            keys.append(Key("workload", ""))
        } else {
            keys.append(Key("arrivals", "poisson"))
            switch source.arrivals {
            case .closed: keys += [Key("clients", ""), Key("think", "0")]
            case .bursty: keys += [Key("rate", ""), Key("on", ""), Key("off", "")]
            case .batches: keys += [Key("rate", ""), Key("size", "")]
            case .poisson, .constant: keys.append(Key("rate", ""))
            case .together, .backlog, .recorded: break
            }
            keys += [Key("keys", "one"), Key("bytes", "\(source.bytes)")]
        }
        keys += [
            Key("messages", source.mostMessages.map { "\($0)" } ?? "the run's"),
            Key("start", source.start.spelled), Key("poison", "\(source.poison)"),
            Key("withoutKey", "\(source.withoutKey)"),
            Key("duplicates", "none"),
        ]
        return keys
    }

    private func queueKeys(_ queue: MessageQueue) -> [Key] {
        var keys = [Key("partitions", "one shared queue")]
        if queue.partitions != nil {
            keys.append(
                Key(
                    "partitioner", queue.partitioner.rawValue,
                    why: "Kafka's default partitioner for records with a key"))
        }
        return keys + [
            Key("capacity", "no limit"), Key("visibility", "for ever"),
            Key("maxDeliveries", "no limit"),
            Key("lateAcks", queue.takesLateAcks ? "taken" : "refused"),
            Key("perturb", "nothing"),
            Key("deliveriesCountedBy", queue.deliveriesCountedBy.rawValue),
            Key(
                "keyless", queue.keyless.rawValue,
                why: "each is a group of its own, as with Kafka's partitioner"),
        ]
    }

    private func storeKeys(_ store: Store) -> [Key] {
        let most = topology.sources.compactMap(\.keys.count).max()
        return [
            Key("entities", most.map { "\($0), as many as there are keys" } ?? "as many as keys"),
            Key("initial", "\(store.initial)"), Key("latency", "\(store.latency)"),
            Key("timeout", "none"),
        ]
    }

    private func handlerKeys(_ handler: Handler) -> [Key] {
        let partitions = topology.queues.first { $0.name == handler.queue }?.partitions
        var keys = [
            Key("from", handler.queue), Key("preset", "none"), Key("nodes", "\(handler.nodes)"),
            Key("workers", handler.workers.map { "\($0)" } ?? "unlimited"), Key("order", "none"),
            Key(
                "assignment", partitions == nil ? "competing" : "exclusive",
                why: partitions == nil
                    ? "a shared queue: any worker takes anything"
                    : "a partition belongs to one consumer of a group, as Kafka's do"),
            Key("admission", handler.admission.rawValue), Key("prefetch", "none"),
            Key("redelivery", handler.redelivery.spelled),
            Key("commit", handler.commit == nil ? "each message by itself" : "after"),
            Key("storesUnderWay", handler.storesLand ? "land" : "dropped"),
        ]
        if handler.assignment == .eager || handler.assignment == .cooperative {
            keys.append(
                Key(
                    "group",
                    "session \(handler.group.session.spelled), rebalance "
                        + "\(handler.group.rebalance.spelled), revoked \(handler.group.revoked.rawValue)",
                    why: "session.timeout.ms and heartbeat.interval.ms of Kafka's consumer 4.0"))
        }
        keys += [
            Key("steps", "none"),
            Key(
                "retry", standardPolicy, why: whyStandard),
            Key("circuitBreaker", "none"),
        ]
        return keys
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
                    why: "the number of workers")
            ])
        let lock = topology.settings.lock
        section(
            node?.value(of: "lock"), .key(path, "lock"),
            [
                Key("ttl", lock.term.ttl?.spelled ?? "none"), Key("renewal", "none"),
                Key("clock", lock.clock.rawValue), Key("fencing", lock.fencing.rawValue),
            ])
        if let node { section(node, path, [], skipping: ["partitioned", "lock"]) }
    }
}
