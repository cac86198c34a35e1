import Configuration

extension TopologyReader {
    func handler(_ name: String, _ section: Section) -> Handler? {
        let queue = section.required("from", as: .name("queue"))
        var handler = Handler(name: name, queue: queue ?? "")
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
        handler.retry = section.optional("retry", retries) ?? handler.retry
        if handler.nodes * (handler.workers ?? 1) > Limits.workers {
            section.problem(
                "\(handler.nodes) nodes of \(handler.workers ?? 1) workers are too many",
                accepted: "at most \(Limits.workers) workers fit, or write workers: unlimited")
            return nil
        }
        return queue == nil ? nil : handler
    }

    /// A list of actions, or a list for each kind of failure.
    private func retries(_ element: Element) -> RetryPolicies? {
        var policies = RetryPolicies()
        guard case .mapping = element.node.content else {
            guard let policy = policy(element) else { return nil }
            (policies.conflict, policies.timeout, policies.fault) = (policy, policy, policy)
            return policies
        }
        return element.section { section in
            let other = section.optional("other", policy) ?? .standard
            policies.conflict = section.optional("conflict", policy) ?? other
            policies.timeout = section.optional("timeout", policy) ?? other
            policies.fault = section.optional("fault", policy) ?? other
            return policies
        }
    }

    private func policy(_ element: Element) -> RetryPolicy? {
        var policy = RetryPolicy(actions: [])
        var isOver = false
        let parts: [Void]? = element.oneOrMore { entry in
            if isOver {
                entry.problem(
                    "nothing comes after the end of a policy",
                    accepted: "let deadLetter, discard or what repeats forever stand last")
                return ()
            }
            if case .scalar(let text, _) = entry.node.content {
                if let ending = RetryPolicy.Ending(rawValue: text) {
                    policy.ending = ending
                    isOver = true
                } else if text == "requeue" {
                    policy.actions.append(.requeue)
                } else {
                    _ = entry.value(as: .retryWord)
                }
                return ()
            }
            return entry.section { section in isOver = add(section, to: &policy) }
        }
        return parts == nil ? nil : policy
    }

    /// - Returns: whether the entry repeats for ever.
    private func add(_ section: Section, to policy: inout RetryPolicy) -> Bool {
        guard let action = section.oneOf(["inline", "requeue", "schedule"]) else { return false }
        let times: [RetryPolicy.Action]
        var isEndless = false
        switch action.key {
        case "schedule":
            times =
                action.value.oneOrMore { $0.value(as: .durationDistribution) }?
                .map { .schedule($0) } ?? []
            isEndless = section.optional("forever", as: .boolean, default: false)
        default:
            let count = action.value.value(as: .retryCount) ?? RetryCount(times: 1)
            isEndless = count.times == nil
            var cooldowns: [DurationDistribution] = []
            if action.key == "inline" {
                cooldowns =
                    section.optional("cooldown") {
                        $0.oneOrMore { $0.value(as: .durationDistribution) }
                    } ?? []
            }
            times = (0..<(count.times ?? max(1, cooldowns.count))).map { index in
                if action.key == "requeue" { return .requeue }
                let last = cooldowns.last ?? .constant(us: 0)
                return .inline(index < cooldowns.count ? cooldowns[index] : last)
            }
        }
        policy.actions += times
        if isEndless { policy.repeats = true }
        if policy.actions.count > Limits.retries {
            section.problem(
                "more than \(Limits.retries) retries", accepted: "write inline: forever")
        }
        return isEndless
    }
}

/// How many workers; nil: no limit.
struct WorkerCount: Sendable {
    let count: Int?
}

struct RetryCount: Sendable {
    let times: Int?
}

extension ValueParser where Value == WorkerCount {
    static var workers: ValueParser {
        ValueParser(noun: "number of workers", accepted: "write 8, or unlimited") { text in
            if text == "unlimited" { return WorkerCount(count: nil) }
            guard let count = Int(text), count >= 1, count <= Limits.workers else { return nil }
            return WorkerCount(count: count)
        }
    }
}

extension ValueParser where Value == RetryCount {
    static var retryCount: ValueParser {
        ValueParser(noun: "number of retries", accepted: "write 3, or forever") { text in
            if text == "forever" { return RetryCount(times: nil) }
            guard let count = Int(text), count >= 1, count <= Limits.retries else { return nil }
            return RetryCount(times: count)
        }
    }
}

extension ValueParser where Value == String {
    fileprivate static var retryWord: ValueParser {
        .oneOf(
            "entry of a policy",
            ["requeue": "requeue", "deadLetter": "deadLetter", "discard": "discard"]
        ).refusing(accepted: "write inline: 3, schedule: 10s, requeue, deadLetter or discard") {
            _ in nil
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
