import Simulation

/// Section 7 of the oracles: published figures and the articles' own claims.
enum PublishedRows {
    private static let tight = OracleRow.Tolerance.interval(halfWidth: 0.01)
    private static let rare = OracleRow.Tolerance.interval(halfWidth: 0.02)

    static let all: [OracleRow] = parallelConsumer + ticketRush + charges + keyed

    private static let makespans: [(Int, Double, Double)] = [
        (1, 25.01, 26.60), (2, 12.62, 13.73), (5, 5.154, 5.946), (10, 2.647, 3.323),
        (20, 1.582, 2.227), (50, 1.568, 2.216),
    ]

    private static let parallelConsumer: [OracleRow] = makespans.flatMap {
        (keys, bare, withOverhead) -> [OracleRow] in
        let kinds: [(String, String, Double, String, Double)] = [
            ("", "", bare, "P1", 0.01),
            ("{think: 95us}, ", ", start: 586ms", withOverhead, "P2", 0.03),
        ]
        return kinds.map { (extra, start, value, id, tolerance) -> OracleRow in
            OracleRow(
                id, "Parallel Consumer, 10,000 messages, \(keys) keys, 16 workers",
                "the README's figures; \(id == "P1" ? "bare" : "with its overhead")",
                messages: 10_000, few: id == "P1" && [1, 20].contains(keys) ? 10_000 : nil,
                yaml: """
                    sources: {all: {to: jobs, arrivals: together, keys: uniform(\(keys))\(start)}}
                    handlers:
                      sleep:
                        from: jobs
                        workers: 16
                        order: key
                        steps: [\(extra){think: uniform(0ms..5ms)}]
                    run: {warmUp: 0}
                    """,
                [.init("makespan s", value, .within(tolerance), Measure.makespan)])
        }
    }

    private static let windows: [(String, Double, String)] = [
        ("265060us", 0.003, "w 265 ms"), ("1065060us", 0.012, "w + 800 ms"),
    ]

    private static let ticketRush: [OracleRow] = windows.map {
        (window, share, name) -> OracleRow in
        OracleRow(
            "P3", "TicketRush, naive, \(name)", "1 - e^(-lambda w)", messages: 2_000_000,
            few: share < 0.01 ? nil : 20_000,
            yaml: """
                sources: {buyers: {to: orders, rate: 100/s, keys: uniform(8822)}}
                stores: {inventory: {initial: 1000000}}
                handlers:
                  reserve:
                    from: orders
                    workers: unlimited
                    steps: [load: inventory, think: \(window), change: -1, store: inventory]
                """,
            [
                .init(
                    "stale", share, share < 0.01 ? rare : tight,
                    Measure.share(\.staleStores, of: \.stores))
            ])
    }

    static func client(_ call: String, _ service: String, backoff: String = "0ms") -> String {
        """
        sources: {payments: {to: checkout, rate: 10/s, keys: fresh}}
        services: {gateway: {steps: \(service)}}
        handlers:
          pay:
            from: checkout
            workers: unlimited
            steps: [call: {service: gateway, timeout: 500ms\(call)}]
            retry: [{inline: 3, cooldown: \(backoff)}, discard]
        """
    }

    private static let loss = ", lostRequests: 1%, lostReplies: 1%"
    private static let latency = "{think: uniform(300ms..800ms)}"

    private static let charges: [OracleRow] = [
        OracleRow(
            "P4", "double charge, no key", "s = 0.99^2 x 0.4 an attempt", messages: 500_000,
            few: 5000, yaml: client(loss, "[{effect: charge}, \(latency)]"),
            [
                .init("attempts", 2.2023, tight, Measure.share(\.attempts, of: \.messages)),
                .init("charges", 2.1803, tight, Measure.share(\.effects, of: \.messages)),
                .init("one charge", 0.396, tight, Measure.effects(1...1)),
                .init("two and more", 0.604, tight, Measure.effects(2...4)),
                .init("two", 0.2394, tight, Measure.effects(2...2)),
                .init("three", 0.15293, tight, Measure.effects(3...3)),
                .init("four", 0.21167, tight, Measure.effects(4...4)),
                .init("gives up", 0.13662, tight, Measure.share(\.discarded, of: \.messages)),
            ]),
        OracleRow(
            "P6", "double charge, transactional inbox", "a unique key", messages: 500_000,
            few: 2000,
            yaml: client(loss, "[\(latency), {effect: {name: charge, once: keys}}]"),
            [.init("two and more", 0, .exact, Measure.effects(2...4))]),
    ]

    private static let backoffs: [(String, String, Double)] = [
        ("0ms", "", 0.6), ("100ms", "", 0.4), ("200ms", "", 0.2), ("300ms", "", 0),
        ("0ms", loss, 0.594), ("100ms", loss, 0.396), ("200ms", loss, 0.198), ("300ms", loss, 0),
    ]

    private static let keyed: [OracleRow] = backoffs.map { (backoff, losses, share) -> OracleRow in
        let title = "key written after the charge, backoff \(backoff)"
        return OracleRow(
            "P5", title + (losses.isEmpty ? "" : ", loss 1%"),
            "max(0, (300 - b)/500)", messages: 500_000, few: 5000,
            yaml: client(
                losses, "[{lookUp: keys}, {effect: charge}, \(latency), {note: keys}]",
                backoff: backoff),
            [
                .init(
                    "two and more", share, share == 0 ? .exact : tight, Measure.effects(2...4)),
                .init("three and more", 0, .exact, Measure.effects(3...4)),
            ])
    }
}
