import Configuration

extension TopologyReader {
    /// A list of actions, or a list for each kind of failure.
    func retries(_ element: Element) -> RetryPolicies? {
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
        guard let action = section.oneOf(["inline", "requeue", "schedule", "pause"]) else {
            return false
        }
        let (actions, isEndless) =
            switch action.key {
            case "schedule": scheduled(action.value, section)
            case "pause": paused(action.value, section)
            default: counted(action.key, action.value, section)
            }
        policy.actions += actions
        if isEndless { policy.repeats = true }
        if policy.actions.count > Limits.retries {
            section.problem(
                "more than \(Limits.retries) retries", accepted: "write inline: forever")
        }
        return isEndless
    }

    private typealias Actions = (actions: [RetryPolicy.Action], isEndless: Bool)

    /// `inline: 3` or `requeue: 3`
    private func counted(_ key: String, _ value: Element, _ section: Section) -> Actions {
        let count = value.value(as: .retryCount) ?? RetryCount(times: 1)
        let isEndless = count.times == nil
        if key == "requeue" {
            return (Array(repeating: .requeue, count: count.times ?? 1), isEndless)
        }
        if let backoff = section["backoff"] {
            section["cooldown"]?.problem(
                "`cooldown` and `backoff` exclude each other", accepted: "keep one of them")
            return (delays(backoff, count).map { .inline($0) }, isEndless)
        }
        let cooldowns =
            section.optional("cooldown") {
                $0.filled("write 100ms, or [100ms, 1s]") { $0.value(as: .durationDistribution) }
            } ?? []
        let jitter = jitter(section)
        let delays = (0..<(count.times ?? max(1, cooldowns.count))).map { index in
            let last = cooldowns.last ?? .constant(us: 0)
            return RetryDelay(index < cooldowns.count ? cooldowns[index] : last, jitter)
        }
        return (delays.map { .inline($0) }, isEndless)
    }

    /// `schedule: [1s, 5s]`, or `schedule: 3` with a backoff.
    private func scheduled(_ value: Element, _ section: Section) -> Actions {
        let keepsTurn = section.optional("keepsTurn", as: .boolean, default: false)
        if let backoff = section["backoff"] {
            let count = value.value(as: .retryCount) ?? RetryCount(times: 1)
            let delays = delays(backoff, count).map {
                RetryDelay($0.time, $0.jitter, keepsTurn: keepsTurn)
            }
            return (delays.map { .schedule($0) }, count.times == nil)
        }
        let jitter = jitter(section)
        let times = value.filled("write 1s, or [1s, 5s]") { $0.value(as: .durationDistribution) }
        let isEndless = section.optional("forever", as: .boolean, default: false)
        return (
            times.map { .schedule(RetryDelay($0, jitter, keepsTurn: keepsTurn)) }, isEndless
        )
    }

    /// `pause: 30s`
    private func paused(_ value: Element, _ section: Section) -> Actions {
        let time = value.value(as: .durationDistribution)
        let isEndless = section.optional("forever", as: .boolean, default: false)
        return (time.map { [.pause($0)] } ?? [], isEndless)
    }

    private func jitter(_ section: Section) -> RetryDelay.Jitter {
        switch section.optional("jitter", as: .word("jitter"), default: Spreading.none) {
        case .none: return .none
        case .full: return .full
        case .equal: return .equal
        case .decorrelated:
            section["jitter"]?.problem(
                "each delay follows from the one before",
                accepted: "write backoff: {base: 100ms, cap: 10s, jitter: decorrelated}")
            return .none
        }
    }

    private enum Spreading: String, CaseIterable {
        case none, full, equal, decorrelated
    }

    /// min(cap, base x factor^i), spread by the jitter; without end until the cap is reached.
    private func delays(_ element: Element, _ count: RetryCount) -> [RetryDelay] {
        element.section { section -> [RetryDelay]? in
            let base = section.required("base", as: .positiveDuration)
            let cap = section.optional("cap", as: .positiveDuration)
            let factor = section.optional(
                "factor", as: .backoffFactor, default: Ratio(2, 1) ?? .one)
            let spreading = section.optional(
                "jitter", as: .word("jitter"), default: Spreading.none)
            if let base, let cap, cap < base {
                section["cap"]?.problem(
                    "is less than the base of \(base.spelled)",
                    accepted: "write \(base.spelled) or more")
            }
            guard let base else { return nil }
            let baseUs = max(1, base.nanoseconds / 1000)
            let capUs = max(baseUs, (cap?.nanoseconds ?? Latency.longest) / 1000)
            var delays: [RetryDelay] = []
            var time = Int128(baseUs)
            while delays.count < count.times ?? 64 {
                let us = Int64(clamping: min(Int128(capUs), time))
                let jitter: RetryDelay.Jitter =
                    switch spreading {
                    case .none: .none
                    case .full: .full
                    case .equal: .equal
                    case .decorrelated: .decorrelated(baseUs: baseUs, capUs: capUs)
                    }
                delays.append(RetryDelay(.constant(us: us), jitter))
                if count.times == nil && us == capUs && spreading != .decorrelated { break }
                time = min(
                    Int128(capUs), time * Int128(factor.numerator) / Int128(factor.denominator))
            }
            return delays
        } ?? []
    }

    // MARK: Circuit breakers

    func breaker(_ section: Section) -> CircuitBreaker? {
        var breaker = CircuitBreaker()
        let share = section.optional("share", as: .breakingShare)
        let least = section.optional("of", as: .integer.atLeast(1))
        if let failures = section["failures"] {
            for key in ["share", "of"] {
                section[key]?.problem(
                    "`failures` and `\(key)` exclude each other", accepted: "keep one of them")
            }
            if let count = failures.value(as: .integer.atLeast(1)) {
                breaker.threshold = .count(count)
            }
        } else if case .share(let standardShare, let standardLeast) = breaker.threshold {
            breaker.threshold = .share(share ?? standardShare, of: least ?? standardLeast)
        }
        breaker.within = section.optional("within", as: .positiveDuration, default: breaker.within)
        breaker.open = section.optional("open", as: .positiveDuration, default: breaker.open)
        breaker.probes = section.optional(
            "probes", as: .integer.within(1...Limits.workers), default: 1)
        if let kinds = section["on"] {
            breaker.kinds = Set(
                kinds.filled("write timeout, or [timeout, fault]") { $0.value(as: .failureKind) })
        }
        return breaker
    }

    /// Who has as many workers as messages takes every message.
    func checkListener(of handler: Handler, _ section: Section) {
        guard handler.workers == nil, handler.breaker != nil || handler.retry.pause else { return }
        section[handler.breaker == nil ? "retry" : "circuitBreaker"]?.problem(
            "a node with unlimited workers cannot stop taking messages",
            accepted: "say how many workers it has")
    }
}

struct RetryCount: Sendable {
    let times: Int?
}

extension ValueParser where Value == RetryCount {
    static var retryCount: ValueParser {
        ValueParser(
            noun: "number of retries", accepted: "write 3, up to \(Limits.retries), or forever"
        ) { text in
            if text == "forever" { return RetryCount(times: nil) }
            guard let count = Int(text), count >= 1, count <= Limits.retries else { return nil }
            return RetryCount(times: count)
        }
    }
}

extension ValueParser where Value == FailureKind {
    fileprivate static var failureKind: ValueParser {
        .oneOf(
            "kind of failure", ["conflict": .conflict, "timeout": .timeout, "fault": .fault])
    }
}

extension ValueParser where Value == Ratio {
    fileprivate static var backoffFactor: ValueParser {
        .ratio.refusing(accepted: "write 2 or 1.5, 1 or more") {
            $0 < .one ? "makes delays shorter" : nil
        }
    }

    fileprivate static var breakingShare: ValueParser {
        .probability.refusing(accepted: "write 50%, more than 0") {
            $0 == .zero ? "is reached without a failure" : nil
        }
    }
}

extension ValueParser where Value == String {
    fileprivate static var retryWord: ValueParser {
        .oneOf(
            "entry of a policy",
            ["requeue": "requeue", "deadLetter": "deadLetter", "discard": "discard"]
        ).refusing(
            accepted: "write inline: 3, schedule: 10s, pause: 30s, requeue, deadLetter or discard"
        ) { _ in nil }
    }
}
