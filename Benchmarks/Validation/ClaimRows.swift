import Simulation

/// "Breaks nothing": half a virtual hour of row P3 while workers die, and each condition of that claim
/// violated, one at a time.
enum ClaimRows {
    private static let tight = OracleRow.Tolerance.interval(halfWidth: 0.01)

    static let all: [OracleRow] =
        keeping + [naive] + fencing + acknowledged + [limited, handover] + landing

    private static func shop(
        _ strategy: String, rest: String = "",
        retry: String = "{inline: forever, cooldown: exponential(50ms)}",
        after: String = "", kills: String = "10s", redelivery: String = "2s"
    ) -> String {
        """
        sources: {buyers: {to: orders, rate: 100/s, keys: uniform(8822)}}
        stores: {inventory: {initial: 1000000}}
        inboxes: {sold: {}}
        strategy: \(strategy)
        handlers:
          reserve:
            from: orders
            workers: 64
            redelivery: \(redelivery)
            steps:
              [load: inventory, think: 265060us, check: {atLeast: 1}, change: -1, store: inventory\(after)]
            retry: [\(retry)]
        faults: [{kill: reserve, every: \(kills), lasting: 1s}]
        \(rest)
        run: {warmUp: 0}
        """
    }

    private static func row(
        _ title: String, _ source: String, _ yaml: String, few: Int = 2500,
        _ checks: [OracleRow.Check]
    ) -> OracleRow {
        OracleRow("P3", title, source, messages: 180_000, few: few, yaml: yaml, checks)
    }

    private static let lost: @Sendable (RunResult) -> Double = { Double($0.lostUpdates) }
    private static let killed: @Sendable (RunResult) -> Double = { Double($0.total(\.killed)) }
    private static let repeated: @Sendable (RunResult) -> Double = {
        Double($0.total(\.repeatedEffects))
    }

    /// Nothing is lost, and the run had what could have lost it.
    private static let nothing: [OracleRow.Check] = [
        .init("stale stores", 0, .exact, Measure.share(\.staleStores, of: \.stores)),
        .init("lost updates", 0, .exact, lost),
        .init("oversold", 0, .exact) { Double($0.oversold) },
        .init("left over", 0, .exact) { Double($0.leftOver) },
        .init("attempts killed", 0, .more, isLong: true, killed),
    ]

    private static let loses = OracleRow.Check("lost updates", 0, .more, lost)

    private static let strategies: [(String, String)] = [
        ("optimistic", ""), ("atomic", ""), ("rowLock", ""), ("actor", ""),
        ("partitioned", "strategies: {partitioned: {slots: 1024}}"),
        ("lock", "strategies: {lock: {ttl: 5s, fencing: load}}"),
    ]

    private static let keeping: [OracleRow] = strategies.map { (strategy, rest) -> OracleRow in
        row(
            "half an hour, a worker killed every 10 s, \(strategy)", "breaks nothing",
            shop(strategy, rest: rest),
            // One update on the value as it is cares for no version.
            strategy == "atomic" ? Array(nothing.dropFirst()) : nothing)
    }

    private static let naive = row(
        "the same, naive", "nothing keeps two messages apart", shop("naive"), [loses])

    /// A lease that ends before the work does.
    private static let fencing: [OracleRow] = ["load", "store", "none"].map { place -> OracleRow in
        row(
            "a lease of 200 ms, fencing: \(place)",
            place == "load" ? "the token is known at the load" : "a late store comes first",
            // Two messages that meet may refuse each other in turns: no retry goes on for ever.
            shop(
                "lock", rest: "strategies: {lock: {ttl: 200ms, fencing: \(place)}}",
                retry: "{inline: 9, cooldown: exponential(500ms)}, deadLetter"),
            place == "load" ? nothing : [loses])
    }

    private static let effects: [(String, String, Bool)] = [
        ("effect and end at one instant", ", effect: sale", false),
        ("50 ms between effect and end", ", effect: sale, think: 50ms", true),
        (
            "50 ms between, known to an inbox", ", effect: {name: sale, once: sold}, think: 50ms",
            false
        ),
    ]

    /// At-least-once repeats an effect whose worker dies before its end, and loses nothing for that.
    private static let acknowledged: [OracleRow] = effects.map { (title, steps, repeats) in
        row(
            "optimistic, \(title), a kill a second", "a kill in between repeats",
            shop("optimistic", after: steps, kills: "1s"), few: 4000,
            [
                .init("repeated effects", 0, repeats ? .more : .exact, repeated),
                .init("lost updates", 0, .exact, lost),
            ])
    }

    private static let limited = row(
        "optimistic, one attempt", "conflicts reach the dead letters",
        shop("optimistic", retry: "deadLetter"),
        [
            .init("dead by conflict", 0, .more) { Double($0.total(\.deadByConflict)) },
            .init("lost updates", 0, .exact, lost),
            .init("left over", 0, .exact) { Double($0.leftOver) },
        ])

    /// Slots belong to workers; what a killed worker had sent to the store goes down with it, so the next
    /// one may load at once.
    private static let handover = row(
        "partitioned, delivered again at once", "a store under way is dropped with its owner",
        shop(
            "partitioned", rest: "strategies: {partitioned: {slots: 1024}}", kills: "1s",
            redelivery: "0ms"
        ).replacing("initial: 1000000", with: "initial: 1000000, latency: 20ms"), nothing)

    /// What a killed worker had sent to the store lands there: before the next one loads, or under its hands.
    private static let landing: [OracleRow] = [("2s", false), ("0ms", true)].map { (again, loses) in
        row(
            "partitioned, a store under way lands, delivered again after \(again)",
            loses ? "the next owner loads before it lands" : "it has landed by then",
            shop(
                "partitioned", rest: "strategies: {partitioned: {slots: 1024}}", kills: "1s",
                redelivery: again
            ).replacing("initial: 1000000", with: "initial: 1000000, latency: exponential(50ms)")
                .replacing("workers: 64", with: "workers: 64\n    storesUnderWay: land"),
            few: 6000, loses ? [Self.loses] : nothing)
    }
}
