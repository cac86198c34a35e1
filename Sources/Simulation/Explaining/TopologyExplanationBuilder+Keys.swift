import Configuration

/// What holds where a key is absent, and the source of each.
extension TopologyExplanationBuilder {
    var standardPolicy: String { "[inline: 2, deadLetter]" }
    var whyStandard: String {
        "Wolverine 4, FailureRuleCollection.cs: MaximumAttempts, 3 where none is set"
    }

    var topKeys: [Key] {
        [
            Key("about", "nothing", why: "ours: for people, no run depends on it"),
            Key("seed", topology.seed, why: "ours: the same for everybody who gives none"),
            Key(
                "strategy", topology.strategy.rawValue,
                why: "ours: no protection that was not asked for"),
            Key("compare", "every strategy", why: "ours: so that none is left out unseen"),
            Key("invariants", "none", why: "ours: what must hold is for the architect to say"),
            Key(
                "delivery", topology.delivery.rawValue,
                why: "Kafka 4.0 documentation, Message Delivery Semantics: at-least-once by default"
            ),
        ]
    }

    var runKeys: [Key] {
        [
            Key("messages", "no limit", why: "ours: what sources make, or the time, ends a run"),
            Key(
                "time", "until all is handled",
                why: "ours: all are measured to their end, as in the rows of docs/validation.md"),
            Key(
                "warmUp", "\(topology.run.warmUp)",
                why: "ours: a tenth, as the rows of docs/validation.md discard"),
        ]
    }

    func sourceKeys(_ source: Source) -> [Key] {
        var keys = [Key(required: "to")]
        if case .recorded = source.arrivals {
            keys.append(Key(required: "workload"))
        } else {
            keys.append(
                Key(
                    "arrivals", "poisson",
                    why:
                        "Kleinrock, Queueing Systems I (1975): what many independent senders add up to"
                ))
            switch source.arrivals {
            case .closed:
                keys += [
                    Key(required: "clients"),
                    Key(
                        "think", "0",
                        why: "ours: saturated, as the closed rows of docs/validation.md"),
                ]
            case .bursty: keys += ["rate", "on", "off"].map(Key.init(required:))
            case .batches: keys += ["rate", "size"].map(Key.init(required:))
            case .poisson, .constant: keys.append(Key(required: "rate"))
            case .together, .backlog, .recorded: break
            }
            keys += [
                Key("keys", "one", why: "ours: the hardest case, all about one entity"),
                Key("bytes", "\(source.bytes)", why: "ours: size matters to `perKiB` alone"),
            ]
        }
        keys += [
            Key(
                "messages", source.mostMessages.map { "\($0)" } ?? "the run's",
                why: "ours: `run.messages` is what all sources make together"),
            Key("start", source.start.spelled, why: "ours: with the run"),
            Key("poison", "\(source.poison)", why: Self.undisturbed),
            Key("withoutKey", "\(source.withoutKey)", why: Self.undisturbed),
            Key("duplicates", "none", why: Self.undisturbed),
        ]
        return keys
    }

    func queueKeys(_ queue: MessageQueue) -> [Key] {
        var keys = [
            Key(
                "partitions", "one shared queue",
                why: "Hohpe and Woolf, Enterprise Integration Patterns (2003), Competing Consumers")
        ]
        if queue.partitions != nil {
            keys.append(
                Key(
                    "partitioner", queue.partitioner.rawValue,
                    why: "Kafka's default partitioner for records with a key"))
        }
        return keys + [
            Key("capacity", "no limit", why: "RabbitMQ 4.0, Queue Length Limit: none unless set"),
            Key(
                "visibility", "for ever",
                why:
                    "AMQP 0-9-1: unacknowledged until its channel closes; presets have their brokers' locks"
            ),
            Key(
                "maxDeliveries", "no limit",
                why: "SQS: no limit without a redrive policy; presets have their brokers'"),
            Key(
                "lateAcks", queue.takesLateAcks ? "taken" : "refused",
                why: "Service Bus: MessageLockLostException once the lock is over"),
            Key("perturb", "nothing", why: Self.undisturbed),
            Key("delay", "\(queue.delay)", why: "SQS CreateQueue: DelaySeconds 0"),
            Key("deadLetterQueue", "none", why: "ours: dead letters are counted, and gone"),
            Key(
                "deliveriesCountedBy", queue.deliveriesCountedBy.rawValue,
                why: "SQS ApproximateReceiveCount, Service Bus DeliveryCount: the broker's"),
            Key(
                "keyless", queue.keyless.rawValue,
                why: "Kafka 4.0's partitioner: records without a key belong to no one partition"),
        ]
    }

    func storeKeys(_ store: Store) -> [Key] {
        let most = topology.sources.compactMap(\.keys.count).max()
        return [
            Key(
                "entities", most.map { "\($0), as many as there are keys" } ?? "as many as keys",
                why: "ours: one for each key"),
            Key("initial", "\(store.initial)", why: "ours: counters begin at 0"),
            Key("latency", "\(store.latency)", why: Self.instant),
            Key("timeout", "none", why: "ours: who asks waits for the answer"),
        ]
    }

    func handlerKeys(_ handler: Handler) -> [Key] {
        let partitions = topology.queues.first { $0.name == handler.queue }?.partitions
        let one = "ours: the smallest handler there is, as M/M/1"
        var keys = [
            Key(required: "from"),
            Key("preset", "none", why: "ours: no framework's defaults unless it is named"),
            Key("nodes", "\(handler.nodes)", why: one),
            Key("workers", handler.workers.map { "\($0)" } ?? "unlimited", why: one),
            Key(
                "order", "none",
                why:
                    "Hohpe and Woolf, Enterprise Integration Patterns (2003): competing consumers keep none"
            ),
            Key(
                "assignment", partitions == nil ? "competing" : "exclusive",
                why: partitions == nil
                    ? "a shared queue: any worker takes anything"
                    : "a partition belongs to one consumer of a group, as Kafka's do"),
            Key(
                "admission", handler.admission.rawValue,
                why: "ours: what the frameworks' ways are measured against"),
            Key(
                "prefetch", "none",
                why:
                    "docs/validation.md, row Q5: each free worker takes the head, nothing is prefetched"
            ),
            Key(
                "redelivery", handler.redelivery.spelled,
                why: "RabbitMQ 4.0, Consumer Acknowledgements: requeued when the channel closes"),
        ]
        keys.append(
            handler.commit == nil
                ? Key(
                    "commit", "each message by itself", why: "AMQP 0-9-1, basic.ack: one delivery")
                : Key(
                    "commit", "after",
                    why:
                        "Kafka 4.0, KafkaConsumer: at least once is to commit what has been handled"
                ))
        return keys + [
            Key(
                "storesUnderWay", handler.storesLand ? "land" : "dropped",
                why: "ours: a crash ends the attempt, as in row L5 of docs/validation.md"),
            Key(required: "steps"), Key("retry", standardPolicy, why: whyStandard),
            Key("circuitBreaker", "none", why: "Wolverine 4: none unless asked for"),
        ]
    }

    func keys(_ breaker: CircuitBreaker) -> [Key] {
        let why = "Wolverine's CircuitBreakerOptions.cs"
        var keys: [Key] = []
        if case .share(let share, let least) = breaker.threshold {
            keys += [Key("share", "\(share)", why: why), Key("of", "\(least)", why: why)]
        }
        return keys + [
            Key("within", breaker.within.spelled, why: why),
            Key("open", breaker.open.spelled, why: why),
            Key(
                "probes", "\(breaker.probes)",
                why: "Nygard, Release It! (2007): half open, one call tells"),
            Key(
                "on", "every kind of failure",
                why:
                    "Wolverine's CircuitBreakerOptions.cs: every exception without Include or Exclude"
            ),
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
        guard let times = redrive.times else {
            return keys + [
                Key(
                    "times", "unlimited",
                    why: "SQS StartMessageMoveTask: each one moves all that lie there")
            ]
        }
        return keys + [
            Key("times", "\(times)", why: "ours: so that what always fails comes to rest")
        ]
    }

    /// What an entry of a list of retries leaves open, and the part of it that says so.
    func retryKeys(_ action: Node) -> [(part: String?, key: Key)] {
        guard case .mapping(let entries) = action.content else { return [] }
        func has(_ name: String) -> Bool { entries.contains { $0.name == name } }
        let undrawn = "NServiceBus 9, MassTransit 8: delays are as written"
        var keys: [(part: String?, key: Key)] = []
        if has("schedule") {
            keys.append(
                (nil, Key("keepsTurn", "false", why: "Wolverine 4: others go on in the meantime")))
        }
        if let backoff = action.value(of: "backoff") {
            let open = [
                Key("cap", "none", why: "ours: delays grow until a cap is written"),
                Key("factor", "2", why: "Brooker, Exponential Backoff And Jitter (2015)"),
                Key("jitter", "none", why: undrawn),
            ]
            keys += open.filter { backoff.value(of: $0.name) == nil }.map { ("backoff", $0) }
        } else if has("inline") || has("schedule") {
            if has("inline") && !has("cooldown") {
                keys.append((nil, Key("cooldown", "0", why: "Wolverine 4, RetryTimes: at once")))
            }
            if has("schedule") && !has("forever") {
                keys.append((nil, Key("forever", "false", why: "ours: each delay once")))
            }
            keys.append((nil, Key("jitter", "none", why: undrawn)))
        } else if has("pause") && !has("forever") {
            keys.append((nil, Key("forever", "false", why: "ours: each delay once")))
        }
        return keys.filter { $0.part != nil || !has($0.key.name) }
    }

    /// What a step leaves open.
    func stepKeys(_ word: String, _ value: Node) -> [Key] {
        switch word {
        case "publish":
            let keys = [
                Key(
                    "by", "direct",
                    why:
                        "Richardson, Microservices Patterns (2018), 3.3.7: the outbox is a pattern to add"
                ),
                Key("after", "0", why: Self.instant),
            ]
            guard case .scalar("outbox", _)? = value.value(of: "by")?.content else { return keys }
            return keys + [
                Key("twice", "0", why: "ours: the relay never dies in between unless asked to")
            ]
        case "call":
            return [
                Key("timeout", "for ever", why: "ours: who asks waits for the answer"),
                Key("lostRequests", "0", why: Self.undisturbed),
                Key("lostReplies", "0", why: Self.undisturbed),
            ]
        case "store":
            return [Key("as", "strategy", why: "ours: one topology compares all strategies")]
        case "think" where value.value(of: "perKiB") == nil:
            return [
                Key(
                    "drawn", "perAttempt",
                    why: "ours: drawn anew, as in the rows of docs/validation.md")
            ]
        case "effect":
            return [Key("once", "no inbox", why: "ours: no protection that was not asked for")]
        case "acquire":
            let why = "Dijkstra (1965): a mutex is held until it is released"
            return [Key("ttl", "none", why: why), Key("renewal", "none", why: why)]
        case "commit": return [Key("takes", "0", why: Self.instant)]
        default: return []
        }
    }
}

extension Handler {
    /// Whether its nodes share out partitions among themselves.
    var isGroup: Bool { assignment == .eager || assignment == .cooperative }
}

extension Node {
    /// Whether nothing comes after it in a list of retries: an end, or what repeats for ever.
    var endsRetries: Bool {
        switch content {
        case .scalar(let text, _): text == "deadLetter" || text == "discard"
        case .sequence: false
        case .mapping(let entries):
            entries.contains { entry in
                guard case .scalar(let text, _) = entry.value.content else { return false }
                return text == "forever" || entry.name == "forever" && text == "true"
            }
        }
    }
}

extension NodePath {
    /// Of a list of retries, or of one for a kind of failure.
    var isOfRetries: Bool {
        switch self {
        case .key(_, "retry"): true
        case .key(.key(_, "retry"), _): true
        default: false
        }
    }
}
