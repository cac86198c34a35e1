import Simulation

/// Section 6 of the oracles: locks and leases.
enum LockRows {
    private static let tight = OracleRow.Tolerance.interval(halfWidth: 0.01)
    private static let figure = OracleRow.Tolerance.within(0.02)

    static let all: [OracleRow] = queueing + closed + leases + renewed + fencing

    private static func parallel(_ workers: Int, _ think: String, _ hold: String) -> String {
        QueueRows.queue(
            "arrivals: backlog",
            "[\(think.isEmpty ? "" : "{think: \(think)}, "){acquire: gate}, {think: \(hold)}, {release: gate}]",
            handler: "workers: \(workers), ")
    }

    private static let holds: [(Int, String, String, Double)] = [
        (8, "exponential(40ms)", "exponential(10ms)", 96.958),
        (8, "40ms", "exponential(10ms)", 96.958),
        (4, "exponential(40ms)", "exponential(10ms)", 68.932),
        (8, "", "10ms", 100), (8, "", "uniform(0ms..20ms)", 100),
    ]

    private static let queueing: [OracleRow] = holds.map {
        (workers, think, hold, rate) -> OracleRow in
        OracleRow(
            "L1", "\(workers) workers, think \(think.isEmpty ? "0" : think), lock held \(hold)",
            "machine repairman", messages: 1_000_000, few: 4000,
            yaml: parallel(workers, think, hold),
            [
                .init(
                    "commits/s", rate, think.isEmpty ? .within(0.005) : tight, Measure.goodput)
            ])
    }

    private static let clients: [(String, Double, Double)] = [
        ("exponential(40ms)", 96.958, 42.510), ("40ms", 96.958, 42.510),
    ]

    /// The same law seen from outside: clients that wait for one worker's answer.
    private static let closed: [OracleRow] = clients.map { (think, rate, wait) -> OracleRow in
        OracleRow(
            "L1", "8 clients in a closed loop, think \(think), one worker exponential(10ms)",
            "machine repairman", messages: 1_000_000, few: think == "40ms" ? nil : 4000,
            yaml: QueueRows.queue(
                "arrivals: closed, clients: 8, think: \(think)", "[think: exponential(10ms)]"),
            [
                .init("commits/s", rate, tight, Measure.goodput),
                .init("W", wait, tight, Measure.sojourn),
            ])
    }

    private static func lease(_ think: String, _ ttl: String, _ fencing: String = "none") -> String
    {
        StoreRows.counter(
            "arrivals: backlog", "workers: 8", think, strategy: "lock",
            retry: "retry: [discard]",
            rest: "strategies: {lock: {ttl: \(ttl), fencing: \(fencing)}}")
    }

    private static let expired = Measure.share(\.storesAfterExpiry, of: \.storesUnderLock)

    private static let times: [(String, String, Double)] = [
        ("exponential(2s)", "5s", 0.082085), ("exponential(2s)", "2s", 0.36788),
        ("uniform(0ms..8s)", "5s", 0.375),
    ]

    private static let leases: [OracleRow] = times.map { (think, ttl, share) -> OracleRow in
        OracleRow(
            "L2", "lease of \(ttl) without renewal, service \(think)", "P(S > ttl)",
            messages: 1_000_000, few: 6000, yaml: lease(think, ttl),
            [.init("stores after expiry", share, tight, expired)])
    }

    private static let paused: [(Int, Double, OracleRow.Tolerance)] = [
        (4, 0, .exact), (6, 0.2, tight), (7, 0.4, tight), (9, 0.8, tight), (11, 1, .exact),
    ]

    /// One worker, and pauses so far apart that a lease meets one at most; the time between two is uniform
    /// over a whole period of renewal, and so is the pause's phase in it.
    private static let renewed: [OracleRow] = paused.map { (pause, share, tolerance) -> OracleRow in
        OracleRow(
            "L3", "lease of 10 s renewed every 5 s, a pause of \(pause) s",
            "min(1, max(0, (d - (ttl - r))/r))", messages: 1_200_000, few: 8000,
            yaml: StoreRows.counter(
                "arrivals: backlog", "workers: 1", "25s", strategy: "lock",
                rest: """
                    strategies: {lock: {ttl: 10s, renewal: 5s}}
                    faults: [{pause: add, every: uniform(60s..65s), lasting: \(pause)s}]
                    """),
            [
                .init(
                    "expired during the pause", share, tolerance,
                    Measure.share(\.expiries, of: \.pauses))
            ])
    }

    private static let staleShare = Measure.share(\.staleStores, of: \.attempts)
    private static let fencedShare = Measure.share(\.fenced, of: \.attempts)

    private static let fencing: [OracleRow] = [
        OracleRow(
            "L4", "fencing token registered at load", "P(S > ttl)", messages: 1_000_000, few: 6000,
            yaml: lease("exponential(2s)", "5s", "load"),
            [
                .init("stale", 0, .exact, staleShare),
                .init("refused", 0.082085, tight, fencedShare),
            ]),
        OracleRow(
            "L4", "fencing at the store only", "simulated by the oracle's authors",
            messages: 1_000_000, few: 6000, yaml: lease("exponential(2s)", "5s", "store"),
            [
                .init("stale", 0.0378, figure, staleShare),
                .init("refused", 0.0411, figure, fencedShare),
            ]),
        OracleRow(
            "L4", "no fencing", "simulated by the oracle's authors", messages: 1_000_000,
            few: 6000, yaml: lease("exponential(2s)", "5s"),
            [.init("stale", 0.1166, figure, staleShare)]),
    ]
}
