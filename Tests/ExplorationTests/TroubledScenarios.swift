/// What may go wrong where a topology says so: each comes to the same ends in every search.
let troubled: [Scenario] = [
    Scenario(
        "a source sends one twice",
        """
        sources:
          s: {to: q, arrivals: together, keys: one, messages: 2, duplicates: {probability: 1%, after: 1s}}
        stores: {a: {initial: 2}}
        handlers: {h: {from: q, workers: 2, steps: [{load: a}, {change: -1}, {store: a}]}}
        invariants: [noLostUpdate, exactlyOnceEffect, conservation, fifoPerKey]
        """),
    Scenario(
        "two of two sources' messages come twice, in order",
        """
        sources:
          s: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 1%, after: 1s}}
          t: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 1%, after: 1s}}
        stores: {a: {}}
        handlers: {h: {from: q, workers: 1, steps: [{change: 1}, {store: {in: a, as: delta}}]}}
        bounds: {duplicates: 2}
        invariants: [fifoPerKey, exactlyOnceEffect, allHandledOrDead]
        """),
    Scenario(
        "what comes twice publishes twice",
        """
        sources:
          s: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 1%, after: 1s}}
        stores: {a: {}}
        handlers:
          h: {from: q, workers: 2, steps: [{publish: r}]}
          i: {from: r, workers: 2, steps: [{load: a}, {change: 1}, {store: a}]}
        invariants: [exactlyOnceEffect, noLostUpdate]
        """),
    Scenario(
        "what comes twice meets an inbox",
        """
        sources:
          s: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 1%, after: 1s}}
        stores: {a: {}}
        handlers: {h: {from: q, workers: 2, steps: [{lookUp: k}, {effect: e}, {note: k}]}}
        bounds: {crashes: 1}
        invariants: [exactlyOnceEffect]
        """),
    Scenario(
        "what comes twice stands in a log, and its reader dies",
        """
        sources:
          s: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 1%, after: 1s}}
        queues: {q: {partitions: 1}}
        stores: {a: {}}
        handlers: {h: {from: q, workers: 1, commit: after, steps: [{effect: e}, {load: a}]}}
        bounds: {crashes: 1}
        invariants: [exactlyOnceEffect, allHandledOrDead]
        """),
    Scenario(
        "a load or a store times out",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        stores: {a: {latency: 1ms, timeout: 1s}}
        handlers:
          h: {from: q, workers: 2, retry: [{inline: 1}], steps: [{effect: e}, {load: a}, {change: 1}, {store: a}]}
        bounds: {timeouts: 2}
        invariants: [exactlyOnceEffect, noLostUpdate, allHandledOrDead]
        """),
    Scenario(
        "a service's store times out",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        stores: {a: {latency: 1ms, timeout: 1s}}
        services: {v: {steps: [{effect: e}, {load: a}, {change: 1}, {store: a}]}}
        handlers: {h: {from: q, workers: 2, retry: [{requeue: 1}], steps: [{call: {service: v}}]}}
        invariants: [exactlyOnceEffect, noLostUpdate]
        """),
    Scenario(
        "a node is taken for dead and works on",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        queues: {q: {partitions: 2}}
        stores: {a: {}}
        handlers:
          h: {from: q, nodes: 2, workers: 1, assignment: cooperative, order: partition, commit: after, steps: [{load: a}, {change: 1}, {store: a}]}
        bounds: {evictions: 1, rebalances: 0}
        invariants: [exactlyOnceEffect, noLostUpdate]
        """),
    Scenario(
        "a node is taken for dead, and the others' partitions are dealt anew",
        """
        sources: {s: {to: q, arrivals: together, keys: fresh, messages: 2}}
        queues: {q: {partitions: 3}}
        stores: {a: {}}
        handlers:
          h: {from: q, nodes: 3, workers: 1, assignment: eager, order: partition, commit: before, group: {revoked: dropped}, steps: [{effect: e}, {load: a}]}
        bounds: {evictions: 1, rebalances: 0}
        invariants: [exactlyOnceEffect, allHandledOrDead]
        """),
    Scenario(
        "the only node is taken for dead and comes back",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        queues: {q: {partitions: 1}}
        stores: {a: {}}
        handlers:
          h: {from: q, nodes: 1, workers: 1, assignment: eager, order: partition, commit: after, steps: [{load: a}, {change: 1}, {store: a}]}
        bounds: {evictions: 1, rebalances: 0}
        invariants: [exactlyOnceEffect, allHandledOrDead]
        """),
    Scenario(
        "a plan shuffles, drops and corrupts",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        queues: {q: {perturb: {rules: [{order: shuffle}, {drop: 10%}, {corrupt: {flip: 10%}}]}}}
        stores: {a: {}}
        handlers: {h: {from: q, workers: 1, retry: [deadLetter], steps: [{load: a}, {fail: 0%}, {change: 1}, {store: a}]}}
        invariants: [fifoPerKey, noLostUpdate, allHandledOrDead]
        """),
    Scenario(
        "a plan's copies meet an inbox of one",
        """
        sources: {s: {to: q, arrivals: together, keys: fresh, messages: 2}}
        queues: {q: {perturb: {window: {records: 1..2}, rules: [{duplicate: {probability: 10%, place: anywhere}}]}}}
        inboxes: {k: {last: 1}}
        handlers: {h: {from: q, workers: 2, steps: [{effect: {name: e, once: k}}]}}
        invariants: [exactlyOnceEffect, allHandledOrDead]
        """),
    Scenario(
        "a plan on a topic that two sources fill, and its reader dies",
        """
        sources:
          s: {to: q, arrivals: together, keys: one, messages: 1}
          t: {to: q, arrivals: together, keys: one, messages: 1}
        queues: {q: {partitions: 1, perturb: {rules: [{order: {displacement: 1}}, {duplicate: 10%}]}}}
        stores: {a: {}}
        handlers: {h: {from: q, workers: 1, order: partition, commit: after, steps: [{load: a}, {change: 1}, {store: a}]}}
        bounds: {crashes: 1}
        invariants: [exactlyOnceEffect, fifoPerKey, allHandledOrDead]
        """),
    Scenario(
        "a plan on a topic that a handler fills",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 1}}
        queues: {r: {perturb: {rules: [{order: perKey}, {duplicate: {probability: 10%, place: anywhere}}]}}}
        stores: {a: {}}
        handlers:
          h: {from: q, workers: 2, steps: [{publish: r}]}
          i: {from: r, workers: 2, steps: [{load: a}, {change: 1}, {store: a}]}
        invariants: [exactlyOnceEffect, noLostUpdate]
        """),
    Scenario(
        "a source goes on while what failed comes again",
        """
        sources: {s: {to: q, rate: 1/s, keys: one, messages: 3}}
        stores: {a: {initial: 2}}
        handlers: {h: {from: q, workers: 1, retry: [{requeue: 1}], steps: [{load: a}, {fail: 10%}, {change: -1}, {store: a}]}}
        invariants: [fifoPerKey, noLostUpdate]
        """),
]
