import Configuration

/// What holds where a key is absent, and why.
extension TopologyExplanationBuilder {
    var standardPolicy: String { "[inline: 2, deadLetter]" }
    var whyStandard: String {
        "three attempts, as Wolverine's MaximumAttempts is where a rule requeues"
    }

    var topKeys: [Key] {
        [
            Key("about", "nothing"), Key("seed", topology.seed),
            Key("strategy", topology.strategy.rawValue),
            Key("compare", "every strategy"), Key("invariants", "none"),
            Key(
                "delivery", topology.delivery.rawValue,
                why: "what brokers promise where nobody asks for more"),
        ]
    }

    var runKeys: [Key] {
        [
            Key("messages", "no limit"), Key("time", "until all is handled"),
            Key(
                "warmUp", "\(topology.run.warmUp)",
                why: "a tenth, as the rows of docs/validation.md discard"),
        ]
    }

    func sourceKeys(_ source: Source) -> [Key] {
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

    func queueKeys(_ queue: MessageQueue) -> [Key] {
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
            Key("perturb", "nothing"), Key("delay", "\(queue.delay)"),
            Key("deadLetterQueue", "none", why: "dead letters are counted, and gone"),
            Key("deliveriesCountedBy", queue.deliveriesCountedBy.rawValue),
            Key(
                "keyless", queue.keyless.rawValue,
                why: "each is a group of its own, as with Kafka's partitioner"),
        ]
    }

    func storeKeys(_ store: Store) -> [Key] {
        let most = topology.sources.compactMap(\.keys.count).max()
        return [
            Key("entities", most.map { "\($0), as many as there are keys" } ?? "as many as keys"),
            Key("initial", "\(store.initial)"), Key("latency", "\(store.latency)"),
            Key("timeout", "none"),
        ]
    }

    func handlerKeys(_ handler: Handler) -> [Key] {
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
        keys += [
            Key("steps", "none"),
            Key(
                "retry", standardPolicy, why: whyStandard),
            Key("circuitBreaker", "none"),
        ]
        return keys
    }

    func keys(_ breaker: CircuitBreaker) -> [Key] {
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

    func keys(_ group: ConsumerGroup) -> [Key] {
        [
            Key(
                "session", group.session.spelled,
                why: "session.timeout.ms of Kafka's consumer 4.0, 45000"),
            Key(
                "rebalance", group.rebalance.spelled,
                why: "heartbeat.interval.ms of Kafka's consumer 4.0, 3000: when members hear of it"),
            Key(
                "revoked", group.revoked.rawValue,
                why: "Kafka's consumer hears of a rebalance in poll, with nothing in hand"),
        ]
    }

    func keys(_ redrive: Redrive) -> [Key] {
        var keys: [Key] = []
        if case .after = redrive.moment {
        } else {
            keys.append(
                Key(
                    "rate", "all at once",
                    why: "SQS StartMessageMoveTask: without a rate as fast as it can"))
        }
        guard let times = redrive.times else { return keys + [Key("times", "unlimited")] }
        return keys + [Key("times", "\(times)", why: "so that what always fails comes to rest")]
    }

    /// What a step leaves open.
    func stepKeys(_ word: String, _ value: Node) -> [Key] {
        switch word {
        case "publish":
            let keys = [Key("by", "direct"), Key("after", "0")]
            guard case .scalar("outbox", _)? = value.value(of: "by")?.content else { return keys }
            return keys + [Key("twice", "0", why: "the relay never dies in between")]
        case "call":
            return [Key("timeout", "for ever"), Key("lostRequests", "0"), Key("lostReplies", "0")]
        case "store": return [Key("as", "strategy")]
        case "think" where value.value(of: "perKiB") == nil: return [Key("drawn", "perAttempt")]
        case "effect": return [Key("once", "no inbox")]
        case "acquire": return [Key("ttl", "none"), Key("renewal", "none")]
        case "commit": return [Key("takes", "0")]
        default: return []
        }
    }
}

extension Handler {
    /// Whether its nodes share out partitions among themselves.
    var isGroup: Bool { assignment == .eager || assignment == .cooperative }
}
