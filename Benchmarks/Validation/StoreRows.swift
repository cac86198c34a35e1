import Simulation

/// Section 5 of the oracles: one store, many writers.
enum StoreRows {
    private static let tight = OracleRow.Tolerance.interval(halfWidth: 0.01)
    private static let rare = OracleRow.Tolerance.interval(halfWidth: 0.02)
    private static let stale = Measure.share(\.staleStores, of: \.stores)
    private static let perCommit = Measure.share(\.attempts, of: \.commits)
    private static let conflicts = Measure.share(\.conflicts, of: \.attempts)
    private static let lost: @Sendable (RunResult) -> Double = { result in
        Double(result.lostUpdates) / Double(max(1, result.total(\.stores)))
    }

    static let all: [OracleRow] =
        saturated + naive + keyed + counting + oversold + laws + open + hottest + ordered

    static func counter(
        _ source: String, _ handler: String, _ think: String, strategy: String, retry: String = "",
        rest: String = ""
    ) -> String {
        """
        sources: {work: {to: jobs, \(source)}}
        stores: {counter: {}}
        strategy: \(strategy)
        handlers:
          add:
            from: jobs
            \(handler)
            steps: [load: counter, think: \(think), change: 1, store: counter]
            \(retry)
        \(rest)
        """
    }

    private static let ramanujan: [(Int, Double)] = [
        (2, 1.5), (4, 2.2188), (8, 3.2450), (16, 4.7043), (32, 6.7740),
    ]

    private static let saturated: [OracleRow] =
        ramanujan.map { (workers: Int, ratio: Double) -> OracleRow in
            let rate = Double(workers) * 50 / ratio
            return OracleRow(
                "C1", "hot key, optimistic, \(workers) saturated workers", "Ramanujan's Q",
                messages: 160_000, few: workers > 8 ? nil : 2000,
                yaml: counter(
                    "arrivals: backlog", "workers: \(workers)", "exponential(20ms)",
                    strategy: "optimistic", retry: "retry: [{inline: forever}]"),
                [
                    .init("attempts a commit", ratio, tight, perCommit),
                    .init("conflict share", 1 - 1 / ratio, tight, conflicts),
                    .init("commits/s", rate, tight, Measure.goodput),
                ])
        }

    private static let naive: [OracleRow] = [
        OracleRow(
            "C2", "hot key, naive, 8 saturated workers, exponential", "(n-1)/n",
            messages: 500_000, few: 4000,
            yaml: counter(
                "arrivals: backlog", "workers: 8", "exponential(20ms)", strategy: "naive"),
            [
                .init("stale", 0.875, tight, stale), .init("lost", 0.875, tight, lost),
            ]),
        OracleRow(
            "C2", "the same, service uniform(0..40ms)", "(n-1)/n for any one law",
            messages: 500_000, few: 4000,
            yaml: counter(
                "arrivals: backlog", "workers: 8", "uniform(0ms..40ms)", strategy: "naive"),
            [.init("lost", 0.875, tight, lost)]),
    ]

    private static let keyShares: [(Int, String, Double)] = [
        (100, "20ms", 0.067935), (100, "exponential(20ms)", 0.065421),
        (10, "20ms", 0.52170), (10, "exponential(20ms)", 0.41176),
    ]

    private static let keyed: [OracleRow] =
        keyShares.map { (keys: Int, think: String, share: Double) -> OracleRow in
            OracleRow(
                "C3", "naive, \(keys) keys, service \(think)",
                "1-(1-1/K)^(n-1) or (n-1)/(K+n-1)", messages: 1_000_000,
                few: keys == 10 ? 5000 : nil,
                yaml: counter(
                    "arrivals: backlog, keys: uniform(\(keys))", "workers: 8", think,
                    strategy: "naive"),
                [.init("stale", share, tight, stale)])
        }

    /// C4 over whole periods: 100 periods of m rounds of 20 ms, nothing discarded.
    private static let counting: [OracleRow] = [(8, 4), (4, 4), (8, 10)].map {
        (workers: Int, most: Int) -> OracleRow in
        let share = Double(workers - 1) / Double(most + workers - 1)
        return OracleRow(
            "C4", "hot key, constant service, \(workers) workers, \(most) attempts",
            "(n-1)/(m+n-1)", messages: nil,
            yaml: counter(
                "arrivals: backlog", "workers: \(workers)", "20ms", strategy: "optimistic",
                retry: "retry: [{inline: \(most - 1)}]",
                rest: "run: {time: \(100 * most * 20)ms, warmUp: 0}"),
            [
                .init("dead share", share, .exact) {
                    Double($0.measured.deadLetters)
                        / Double($0.measured.deadLetters + $0.measured.commits)
                }
            ])
    }

    private static let oversold: [OracleRow] = [
        "exponential(20ms)", "20ms", "uniform(1ms..50ms)",
    ].map { (think: String) -> OracleRow in
        OracleRow(
            "C9", "8 busy workers, stock 20, check at load, \(think)", "counting: n - 1",
            messages: 200, few: 200,
            yaml: """
                sources: {buyers: {to: jobs, arrivals: together}}
                stores: {item: {initial: 20}}
                handlers:
                  sell:
                    from: jobs
                    workers: 8
                    steps:
                      - load: item
                      - check: {atLeast: 1}
                      - think: \(think)
                      - change: -1
                      - store: {in: item, as: delta}
                """,
            [
                .init("oversold", 7, .exact) { Double($0.oversold) },
                .init("final stock", -7, .exact) { Double($0.stores.first?.final ?? 0) },
            ])
    }

    private static func open(
        _ rate: String, _ think: String, _ strategy: String, _ retry: String = ""
    ) -> String {
        counter(
            "rate: \(rate)", "workers: unlimited", think, strategy: strategy,
            retry: retry.isEmpty ? "" : "retry: \(retry)")
    }

    /// Arrivals, lambda S, C5, C6 and C7.
    private static let loads: [(String, Double, Double, Double, Double)] = [
        ("1/s", 0.1, 0.095163, 0.090909, 1.1111), ("3/s", 0.3, 0.25918, 0.23077, 1.4286),
        ("5/s", 0.5, 0.39347, 0.33333, 2.0), ("8/s", 0.8, 0.55067, 0.44444, 5.0),
    ]

    private static let laws: [OracleRow] =
        loads.flatMap { (rate, load, naive, discarded, attempts) -> [OracleRow] in
            [
                OracleRow(
                    "C5", "open, naive, constant window, lambda S \(load)", "1 - e^(-lambda S)",
                    messages: 500_000, few: load == 0.3 ? nil : 3000,
                    yaml: open(rate, "100ms", "naive"),
                    [.init("stale", naive, tight, stale)]),
                OracleRow(
                    "C6", "open, optimistic, no retry, lambda S \(load)", "a/(1+a)",
                    messages: 500_000, few: load == 0.3 ? nil : 5000,
                    yaml: open(rate, "100ms", "optimistic", "[discard]"),
                    [.init("conflict", discarded, tight, conflicts)]),
                OracleRow(
                    "C7", "open, optimistic, retried, lambda S \(load)", "lambda S; 1/(1 - a)",
                    messages: 1_000_000, few: load > 0.4 && load < 0.6 ? 4000 : nil,
                    yaml: open(rate, "100ms", "optimistic", "[{inline: forever}]"),
                    [
                        .init(
                            "first conflict", load, tight,
                            Measure.share(\.firstConflicts, of: \.firstAttempts)),
                        .init("attempts", attempts, tight, perCommit),
                        .init("W in S", attempts, tight) { Measure.sojourn($0) / 100 },
                    ]),
            ]
        }

    private static let open: [OracleRow] = [
        OracleRow(
            "C5", "open, naive, exponential window, lambda S 0.5", "lambda/(lambda + mu)",
            messages: 500_000, few: 8000, yaml: open("5/s", "exponential(100ms)", "naive"),
            [.init("stale", 1.0 / 3, tight, stale)]),
        OracleRow(
            "C5", "open, naive, uniform(0..2s), 0.5 a second", "1 - (1 - e^-1)/1",
            messages: 500_000, few: 5000, yaml: open("0.5/s", "uniform(0ms..2s)", "naive"),
            [.init("stale", 0.36788, tight, stale)]),
        OracleRow(
            "C8", "open, optimistic, backoff constant 0.7 S", "S x commits/s",
            messages: 1_000_000, few: 5000,
            yaml: open(
                "5/s", "100ms", "optimistic", "[{inline: forever, cooldown: 70ms}]"),
            [
                .init(
                    "first conflict", 0.5, tight,
                    Measure.share(\.firstConflicts, of: \.firstAttempts))
            ]),
        OracleRow(
            "C8", "open, optimistic, backoff exponential 3 S", "S x commits/s",
            messages: 1_000_000, few: 5000,
            yaml: open(
                "5/s", "100ms", "optimistic",
                "[{inline: forever, cooldown: exponential(300ms)}]"),
            [
                .init(
                    "first conflict", 0.5, tight,
                    Measure.share(\.firstConflicts, of: \.firstAttempts))
            ]),
        OracleRow(
            "C8", "open, optimistic, 3 attempts", "(1 - dead share)/2",
            messages: 1_000_000, few: 5000,
            yaml: open("5/s", "100ms", "optimistic", "[{inline: 2}]"),
            [
                .init("first conflict / ((1 - dead)/2)", 1, tight) { result in
                    let first = Measure.share(\.firstConflicts, of: \.firstAttempts)(result)
                    let dead = Measure.share(\.deadLetters, of: \.messages)(result)
                    return first / ((1 - dead) / 2)
                },
                .init(
                    "first conflict", 0.4612, rare,
                    Measure.share(\.firstConflicts, of: \.firstAttempts)),
            ]),
    ]

    private static func zipf(_ count: Int, _ exponent: String) -> String {
        """
        sources: {work: {to: jobs, arrivals: together, keys: "zipf(\(count), \(exponent))"}}
        handlers: {do: {from: jobs, workers: unlimited, order: key, steps: [think: 20ms]}}
        run: {warmUp: 0}
        """
    }

    private static let shares: [(Int, String, Double)] = [
        (100, "1", 5.1874), (1000, "1", 7.4855), (10_000, "1", 9.7876),
        (1000, "0.8", 15.470), (1000, "1.2", 4.3358),
    ]

    private static let hottest: [OracleRow] =
        shares.map { (keys: Int, exponent: String, speedUp: Double) -> OracleRow in
            OracleRow(
                "C10", "order per key, backlog, zipf(\(keys), \(exponent))", "1/p1",
                messages: 2_000_000, few: keys == 1000 ? 5000 : nil, yaml: zipf(keys, exponent),
                [
                    .init("speed-up", speedUp, tight) {
                        Double($0.busyNs) / Double(max(1, $0.endNs))
                    }
                ])
        }

    private static let ordered: [OracleRow] = [
        ("exponential(20ms)", 32.697), ("20ms", 26.348),
    ].map { (think: String, sojourn: Double) -> OracleRow in
        OracleRow(
            "C11", "order per key, zipf(1000, 1), 300 a second, \(think)", "Q3 for each key",
            messages: 8_000_000, few: nil,
            yaml: QueueRows.queue(
                #"rate: 300/s, keys: "zipf(1000, 1)""#, "[think: \(think)]",
                handler: "workers: unlimited, order: key, "),
            [.init("W", sojourn, tight, Measure.sojourn)])
    }
}
