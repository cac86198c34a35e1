/// Section 4 of the oracles: retries and redelivery.
enum RetryRows {
    private static let tight = OracleRow.Tolerance.interval(halfWidth: 0.01)
    private static let rare = OracleRow.Tolerance.interval(halfWidth: 0.02)
    private static let attempts = Measure.share(\.attempts, of: \.messages)
    private static let dead = Measure.share(\.deadLetters, of: \.messages)
    private static let deliveries = Measure.share(\.deliveries, of: \.messages)

    static let all: [OracleRow] =
        single + constant + drawnOnce + limited + presets + rounds + delayed + visibility + window
        + last

    private static func failing(
        _ rate: Int, _ think: String, _ probability: String, _ retry: String,
        handler: String = ""
    ) -> String {
        QueueRows.queue(
            "rate: \(rate)/s", "[{think: \(think)}, {fail: \(probability)}]",
            handler: "\(handler)retry: \(retry), ")
    }

    private static let tail = "[{requeue: forever}]"
    private static let inline = "[{inline: forever}]"
    private static let work = "exponential(20ms)"

    private static let feedback: [(Int, String, String, Double, Double, Int)] = [
        (20, "tail", tail, 66.667, 76.123, 1_000_000), (30, "tail", tail, 200, 244.39, 4_000_000),
        (20, "inline", inline, 66.667, 66.667, 1_000_000),
        (30, "inline", inline, 200, 200, 4_000_000),
    ]

    private static let single: [OracleRow] = feedback.map {
        (rate, name, retry, sojourn, spread, messages) -> OracleRow in
        OracleRow(
            name == "tail" ? "R1" : "R2", "\(name) retry, \(rate) a second, p 0.3",
            "W = 1/((1-p) mu - lambda)", messages: messages, few: rate == 20 ? 10_000 : nil,
            yaml: failing(rate, work, "30%", retry),
            [
                .init("W", sojourn, tight, Measure.sojourn),
                .init("sd", spread, tight, Measure.spread),
            ])
    }

    private static let constant: [OracleRow] =
        [("tail", tail), ("inline", inline)].map { (name: String, retry: String) -> OracleRow in
            OracleRow(
                "R3", "\(name) retry, constant service", "Q3, service a geometric sum",
                messages: 1_000_000, few: name == "tail" ? nil : 20_000,
                yaml: failing(30, "20ms", "30%", retry),
                [.init("W", 140, tight, Measure.sojourn)])
        }

    private static let drawnOnce: [OracleRow] = [
        OracleRow(
            "R4", "inline retry, service drawn once a message",
            "E = m/(1-p), E[S^2] = 2 m^2 (1+p)/(1-p)^2", messages: 1_500_000, few: 8000,
            yaml: failing(20, "{time: exponential(20ms), drawn: perMessage}", "30%", inline),
            [.init("W", 78.095, tight, Measure.sojourn)])
    ]

    private static let limits: [(String, Int, Double, Double)] = [
        ("90%", 24, 9.2023, 0.079766), ("30%", 4, 1.4170, 0.0081), ("50%", 10, 1.9980, 9.7656e-4),
    ]

    private static let limited: [OracleRow] = limits.map {
        (probability, most, mean, share) -> OracleRow in
        OracleRow(
            "R5", "at most \(most) attempts, p \(probability)", "(1 - p^N)/(1 - p); p^N",
            messages: 2_000_000, few: 5000,
            yaml: failing(1, "1ms", probability, "[{inline: \(most - 1)}]"),
            [
                .init("attempts", mean, tight, attempts),
                .init(
                    "dead", share, share < 0.01 ? rare : tight, isLong: share < 0.01, dead),
            ])
    }

    private static func preset(
        _ name: String, rate: Int, _ think: String, _ probability: String
    ) -> String {
        QueueRows.queue(
            "rate: \(rate)/s, keys: uniform(1000)", "[{think: \(think)}, {fail: \(probability)}]",
            handler: "preset: \(name), workers: 8, ")
    }

    private static let presets: [OracleRow] =
        [
            ("wolverine", 1, 0.5, 1), ("masstransit", 1, 0.5, 1), ("rebus", 1.9375, 0.03125, 5),
            ("service-bus", 1.9980, 9.7656e-4, 10), ("rabbitmq-quorum", 2, 4.7684e-7, 21),
            ("sqs-fifo", 2, 0, 0), ("parallel-consumer", 2, 0, 0),
        ].map { (name: String, mean: Double, share: Double, most: Int) -> OracleRow in
            OracleRow(
                "R5", "preset \(name), p 0.5, at most \(most == 0 ? "any" : "\(most)") attempts",
                "(1 - p^N)/(1 - p); p^N", messages: 2_000_000, few: 5000,
                yaml: preset(name, rate: 20, "1ms", "50%"),
                [
                    .init("attempts", mean, mean == 1 ? .exact : tight, attempts),
                    .init(
                        "dead", share, tolerance(of: share), isLong: share < 0.01, dead),
                ])
        }

    /// One in a million is a few dozen of all: no narrow interval.
    private static func tolerance(of share: Double) -> OracleRow.Tolerance {
        share == 0 ? .exact : share < 1e-6 ? .within(0.7) : share < 0.01 ? rare : tight
    }

    private static let rounds: [OracleRow] = [
        OracleRow(
            "R6", "preset nservicebus, p 0.9",
            "R5 with N = 24; delay 10 p^6 + 20 p^12 + 30 p^18 s", messages: 1_000_000, few: 5000,
            yaml: preset("nservicebus", rate: 1, "1ms", "90%"),
            [
                .init("attempts", 9.2023, tight, attempts),
                .init("W in s, delays", 15.466, tight) {
                    // All but the delays: an attempt takes 1 ms, and hardly any waits.
                    (Measure.sojourn($0) - attempts($0) - Measure.wait($0) * deliveries($0)) / 1000
                },
            ]),
        OracleRow(
            "R7", "inline cooldowns 100, 250, 500 ms hold the worker",
            "10 (1+p+p^2+p^3) + 100 p + 250 p^2 + 500 p^3; Q3", messages: 2_000_000, few: nil,
            yaml: failing(
                8, "10ms", "30%", "[{inline: 3, cooldown: [100ms, 250ms, 500ms]}]"),
            [
                .init("busy ms a message", 80.170, tight) {
                    Double($0.busyNs) / 1e6 / Double($0.total(\.messages))
                },
                .init("W", 454.67, tight, Measure.sojourn), .init("dead", 0.0081, rare, dead),
            ]),
    ]

    private static let delays: [(Int, Int, String, Double, String)] = [
        (1, 20, "[{schedule: 1s, forever: true}]", 495.24, "constant 1 s"),
        (1, 20, "[{schedule: exponential(1s), forever: true}]", 495.24, "exponential 1 s"),
        (8, 200, "[{schedule: [250ms, 250ms, 250ms]}]", 136.04, "at most 4 attempts, 250 ms"),
        (8, 250, "[{schedule: 250ms, forever: true}]", 158.46, "250 ms"),
        (8, 200, jittered("500ms", "full"), 136.04, "at most 4 attempts, full jitter of 500 ms"),
        (
            8, 200, jittered("333333us", "equal"), 136.04,
            "at most 4 attempts, equal jitter of 1/3 s"
        ),
    ]

    private static func jittered(_ time: String, _ jitter: String) -> String {
        "[{schedule: 3, backoff: {base: \(time), factor: 1, jitter: \(jitter)}}]"
    }

    private static let delayed: [OracleRow] = delays.map {
        (workers, rate, retry, sojourn, name) -> OracleRow in
        OracleRow(
            "R8", "delayed redelivery, \(workers) workers, \(rate) a second, \(name)",
            "W = n W_MMc(lambda n) + (n-1) d", messages: 1_000_000, few: workers == 8 ? 4000 : nil,
            yaml: failing(rate, work, "30%", retry, handler: "workers: \(workers), "),
            [.init("W", sojourn, tight, Measure.sojourn)])
    }

    private static func timed(_ think: String, _ queue: String) -> String {
        QueueRows.queue(
            "rate: 100/s", "[{think: \(think)}, {effect: done}]", handler: "workers: unlimited, ",
            queue: queue)
    }

    private static let visibility: [OracleRow] = [
        OracleRow(
            "R9", "visibility 1 s, service exponential(1s), late ack refused", "1/(1-q)",
            messages: 1_000_000, few: 5000,
            yaml: timed("exponential(1s)", "{visibility: 1s}"),
            [
                .init("deliveries", 1.5820, tight, deliveries),
                .init("effects", 1.5820, tight, Measure.share(\.effects, of: \.messages)),
            ]),
        OracleRow(
            "R9", "the same, 3 deliveries at most", "(1-q^M)/(1-q); q^M",
            messages: 1_000_000, few: 8000,
            yaml: timed("exponential(1s)", "{visibility: 1s, maxDeliveries: 3}"),
            [
                .init("deliveries", 1.5032, tight, deliveries),
                .init("dead", 0.049787, tight, dead),
            ]),
        OracleRow(
            "R9", "visibility 2 s", "1/(1-q)", messages: 1_000_000, few: 5000,
            yaml: timed("exponential(1s)", "{visibility: 2s}"),
            [.init("deliveries", 1.1565, tight, deliveries)]),
        OracleRow(
            "R10", "visibility 1 s, late ack taken", "sum q^(k(k+1)/2)",
            messages: 1_000_000, few: 5000,
            yaml: timed("exponential(1s)", "{visibility: 1s, lateAcks: taken}"),
            [.init("deliveries", 1.4202, tight, deliveries)]),
        OracleRow(
            "R10", "visibility 2 s, late ack taken", "the same", messages: 1_000_000, few: 5000,
            yaml: timed("exponential(1s)", "{visibility: 2s, lateAcks: taken}"),
            [.init("deliveries", 1.1378, tight, deliveries)]),
        OracleRow(
            "R11", "visibility 1 s, 3 deliveries, service drawn once a message", "(1-q) + M q; q",
            messages: 1_000_000, few: 5000,
            yaml: timed(
                "{time: exponential(1s), drawn: perMessage}", "{visibility: 1s, maxDeliveries: 3}"),
            [
                .init("deliveries", 1.7358, tight, deliveries),
                .init("dead", 0.36788, tight, dead),
            ]),
    ]

    private static func inbox(_ source: String, _ inbox: String) -> String {
        """
        sources: {payments: {to: jobs, \(source)}}
        inboxes: {seen: \(inbox)}
        handlers:
          charge: {from: jobs, workers: unlimited, steps: [effect: {name: charged, once: seen}]}
        """
    }

    private static let repeated = Measure.share(\.repeatedEffects, of: \.messages)

    private static let window: [OracleRow] = [("5s", 0.036788), ("10s", 0.013534)].map {
        (window: String, share: Double) -> OracleRow in
        OracleRow(
            "R12", "a repeat after exponential(5s), ids kept for \(window)", "r e^(-w/theta)",
            messages: 2_000_000, few: 8000,
            yaml: inbox(
                "rate: 100/s, duplicates: {probability: 10%, after: exponential(5s)}",
                "{window: \(window)}"),
            [.init("repeated effects", share, tight, repeated)])
    }

    private static let last: [OracleRow] = [(101, 0.0), (100, 1.0)].map {
        (last: Int, share: Double) -> OracleRow in
        OracleRow(
            "R13", "every message again after 1.005 s, the last \(last) ids kept", "counting",
            messages: 20_000, few: 2000,
            yaml: inbox(
                "rate: 100/s, arrivals: constant, duplicates: {after: 1005ms}", "{last: \(last)}"),
            [.init("repeated effects", share, .exact, repeated)])
    }
}
