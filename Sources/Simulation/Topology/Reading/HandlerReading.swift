import Configuration

extension TopologyReader {
    func handler(_ name: String, _ section: Section) -> Handler? {
        let queue = section.required("from", as: .name("queue"))
        var handler = Handler(name: name, queue: queue ?? "")
        if let preset = section.optional("preset", as: .preset) {
            handler.preset = preset.word
            section.complete(with: preset.handler)
        }
        handler.nodes = section.optional(
            "nodes", as: .integer.within(1...Limits.workers), default: 1)
        if let workers = section.optional("workers", as: .workers) {
            handler.workers = workers.count
        }
        handler.order = section.optional("order", as: .ordering, default: .none)
        handler.assignment = section.optional("assignment", as: .word("assignment"))
        handler.redelivery = section.optional("redelivery", as: .duration, default: .zero)
        handler.steps = steps(section, isService: false)
        handler.commit = commit(of: handler, section)
        handler.admission = section.optional(
            "admission", as: .word("admission"), default: .shared)
        handler.prefetch = section.optional("prefetch", prefetch)
        handler.storesLand =
            section.optional(
                "storesUnderWay", as: .word("fate of stores"), default: StoreFate.dropped) == .land
        readGroup(of: &handler, section)
        handler.retry = section.optional("retry", retries) ?? handler.retry
        handler.breaker = section.section("circuitBreaker", breaker)
        checkListener(of: handler, section)
        if handler.nodes * (handler.workers ?? 1) > Limits.workers {
            section.problem(
                "\(handler.nodes) nodes of \(handler.workers ?? 1) workers are too many",
                accepted: "at most \(Limits.workers) workers fit, or write workers: unlimited")
            return nil
        }
        return queue == nil ? nil : handler
    }
}

/// How many workers; nil: no limit.
struct WorkerCount: Sendable {
    let count: Int?
}

extension ValueParser where Value == WorkerCount {
    static var workers: ValueParser {
        ValueParser(
            noun: "number of workers", accepted: "write 8, up to \(Limits.workers), or unlimited"
        ) { text in
            if text == "unlimited" { return WorkerCount(count: nil) }
            guard let count = Int(text), count >= 1, count <= Limits.workers else { return nil }
            return WorkerCount(count: count)
        }
    }
}

extension ValueParser where Value == Handler.Ordering {
    /// `none`, `partition`, `key`, `slot(8)`.
    static var ordering: ValueParser {
        ValueParser(noun: "order", accepted: "write none, partition, key or slot(8)") { text in
            switch text {
            case "none": return Handler.Ordering.none
            case "partition": return .partition
            case "key": return .key
            default:
                guard let call = Call(text), call.name == "slot", call.arguments.count == 1,
                    let count = Int(call.arguments[0]), count >= 1, count <= Limits.entities
                else { return nil }
                return .slot(count)
            }
        }
    }
}
