import Configuration

extension TopologyReader {
    /// The steps of a handler or a service.
    func steps(_ section: Section, isService: Bool) -> [Step] {
        guard let element = section["steps"] else {
            section.problem("has no steps", accepted: "write steps: [think: 20ms], or more of them")
            return []
        }
        var locks: Set<String> = []
        var loaded: Set<String> = []
        return element.sequence { entry -> Step? in
            guard let step = entry.section({ step($0) }) else { return nil }
            switch step {
            case .acquire(let lock, _): locks.insert(lock)
            case .release(let lock) where !locks.contains(lock):
                entry.problem(
                    "the lock \(lock) was not acquired before",
                    accepted: "write acquire: \(lock) first")
            case .load(let store): loaded.insert(store)
            case .check where loaded.isEmpty:
                entry.problem(
                    "looks at a value that was not loaded", accepted: "write a load in front of it")
            case .store(let store, let mode) where mode.needsLoad && !loaded.contains(store):
                entry.problem(
                    "writes what becomes of a value of \(store) that was not loaded",
                    accepted:
                        "write load: \(store) first, or store: {in: \(store), as: delta} (or value, which "
                        + "writes the change alone)")
            case .call where isService, .publish where isService, .commit where isService:
                entry.problem(
                    "a service neither calls nor publishes nor commits",
                    accepted: "let the handler do it")
            default: break
            }
            return step
        } ?? []
    }

    private static let names = [
        "think", "load", "check", "change", "store", "fail", "effect", "call", "lookUp", "note",
        "acquire", "release", "publish", "commit",
    ]

    private func step(_ section: Section) -> Step? {
        guard let (key, value) = section.oneOf(Self.names) else { return nil }
        switch key {
        case "think": return think(value)
        case "load": return value.value(as: stores).map { .load(store: $0) }
        case "check":
            return value.section { section in
                section.required("atLeast", as: .quantity).map { .check(atLeast: Int64($0)) }
            }
        case "change": return value.value(as: .quantity).map { .change(Int64($0)) }
        case "store": return store(value)
        case "fail": return value.value(as: .probability).map { .fail($0) }
        case "effect":
            guard case .mapping = value.node.content else {
                return value.value(as: .name("effect")).map { .effect(name: $0, once: nil) }
            }
            return value.section { section in
                let once = section.optional("once", as: .name("inbox"))
                return section.required("name", as: .name("effect"))
                    .map { .effect(name: $0, once: once) }
            }
        case "call": return call(value)
        case "lookUp": return value.value(as: .name("inbox")).map { .lookUp(inbox: $0) }
        case "note": return value.value(as: .name("inbox")).map { .note(inbox: $0) }
        case "acquire":
            guard case .mapping = value.node.content else {
                return value.value(as: .name("lock")).map { .acquire(lock: $0, .init()) }
            }
            return value.section { section in
                let term = term(section, default: .init())
                return section.required("lock", as: .name("lock")).map { .acquire(lock: $0, term) }
            }
        case "commit": return commitStep(value)
        case "release": return value.value(as: .name("lock")).map { .release(lock: $0) }
        default: return publish(value)
        }
    }

    /// How long a lock is given for, and how often that is renewed.
    func term(
        _ section: Section, default term: StrategySettings.Term
    ) -> StrategySettings.Term {
        var term = term
        if let ttl = section.optional("ttl", as: .durationOrNone) { term.ttl = ttl.duration }
        let element = section["renewal"]
        guard let renewal = element?.value(as: .durationOrNone)?.duration else { return term }
        if let ttl = term.ttl {
            term.renewal = renewal
            if renewal >= ttl {
                element?.problem(
                    "a lease of \(ttl.spelled) is over before it is renewed",
                    accepted: "renew it more often than that, every third of it, say")
            }
        } else {
            element?.problem(
                "a lock that lasts for ever is not renewed",
                accepted: "write ttl: 30s, or leave renewal away")
        }
        return term
    }

    private func think(_ value: Element) -> Step? {
        guard case .mapping = value.node.content else {
            return value.value(as: .durationDistribution).map { .think($0, drawn: .perAttempt) }
        }
        return value.section { section in
            if section["perKiB"] != nil {
                return section.required("perKiB", as: .durationDistribution)
                    .map { .thinkBySize(perKiB: $0) }
            }
            let drawn = section.optional(
                "drawn", as: .word("time of drawing"), default: Step.Drawn.perAttempt)
            return section.required("time", as: .durationDistribution)
                .map { .think($0, drawn: drawn) }
        }
    }

    private func store(_ value: Element) -> Step? {
        guard case .mapping = value.node.content else {
            return value.value(as: stores).map { .store(store: $0, .strategy) }
        }
        return value.section { section in
            let mode = section.optional(
                "as", as: .word("way to store"), default: Step.StoreMode.strategy)
            return section.required("in", as: stores).map { .store(store: $0, mode) }
        }
    }

    private func call(_ value: Element) -> Step? {
        guard case .mapping = value.node.content else {
            return value.value(as: services).map { .call(Step.Call(service: $0)) }
        }
        return value.section { section in
            let timeout = section.optional("timeout", as: .positiveDuration)
            let requests = section.optional("lostRequests", as: .probability, default: .zero)
            let replies = section.optional("lostReplies", as: .probability, default: .zero)
            if timeout == nil && (requests > .zero || replies > .zero) {
                section.problem(
                    "a caller without timeout waits for ever for what is lost",
                    accepted: "write timeout: 500ms")
            }
            return section.required("service", as: services).map { service in
                .call(
                    Step.Call(
                        service: service, timeout: timeout, lostRequests: requests,
                        lostReplies: replies))
            }
        }
    }
}

extension Step.StoreMode {
    /// Whether what it writes is computed from what was loaded, or accepted by that.
    fileprivate var needsLoad: Bool {
        switch self {
        case .strategy, .versioned: true
        case .value, .delta, .conditional: false
        }
    }
}

extension ValueParser where Value == Int {
    /// What an entity holds, and by how much it changes: sums of as many as there may be messages stay whole.
    static var quantity: ValueParser { .integer.within(-Limits.quantity...Limits.quantity) }
}
