/// Section 3 of the oracles: single queues.
enum QueueRows {
    /// One handler on one queue.
    static func queue(
        _ source: String, _ steps: String, handler: String = "", queue: String = "{}",
        rest: String = ""
    ) -> String {
        """
        sources: {arrivals: {to: jobs, \(source)}}
        queues: {jobs: \(queue)}
        handlers: {server: {from: jobs, \(handler)steps: \(steps)}}
        \(rest)
        """
    }

    private static let work = "[think: exponential(20ms)]"
    private static let tight = OracleRow.Tolerance.interval(halfWidth: 0.01)
    private static let tail = OracleRow.Tolerance.interval(halfWidth: 0.02)

    static let all: [OracleRow] = single + general + many + split + arrivals + refusing + bounded

    private static let single: [OracleRow] = [
        OracleRow(
            "Q1", "M/M/1, 40 and 50 a second", "W = 1/(mu - lambda); p_q = W ln(1/(1-q))",
            messages: 1_000_000, few: 30_000, yaml: queue("rate: 40/s", work),
            [
                .init("W", 100, tight, Measure.sojourn), .init("Wq", 80, tight, Measure.wait),
                .init("L", 4, tight, Measure.present),
                .init("p50", 69.315, tight, Measure.quantile(0.5)),
                .init("p95", 299.57, tight, isLong: true, Measure.quantile(0.95)),
                .init("p99", 460.52, tail, isLong: true, Measure.quantile(0.99)),
            ]),
        OracleRow(
            "Q2", "M/D/1, 40 and 50 a second", "Wq = rho / (2 mu (1 - rho))",
            messages: 300_000, few: 6000, yaml: queue("rate: 40/s", "[think: 20ms]"),
            [
                .init("W", 60, tight, Measure.sojourn), .init("Wq", 40, tight, Measure.wait),
            ]),
    ]

    private static let general: [OracleRow] = [
        OracleRow(
            "Q3", "M/G/1, uniform(0..40ms), 40 a second", "Pollaczek-Khinchine",
            messages: 500_000, few: 8000,
            yaml: queue("rate: 40/s", "[think: uniform(0ms..40ms)]"),
            [.init("W", 73.333, tight, Measure.sojourn)]),
        OracleRow(
            "Q3", "M/G/1, lognormal(20ms, 4), 25 a second", "Pollaczek-Khinchine",
            messages: 5_000_000, few: nil,
            yaml: queue("rate: 25/s", #"[think: "lognormal(20ms, 4)"]"#),
            [.init("W", 70, tight, Measure.sojourn)]),
        OracleRow(
            "Q3", "M/G/1, lognormal(20ms, 4), 40 a second", "Pollaczek-Khinchine",
            messages: 5_000_000, few: nil,
            yaml: queue("rate: 40/s", #"[think: "lognormal(20ms, 4)"]"#),
            [.init("W", 220, tight, Measure.sojourn)]),
        OracleRow(
            "Q4", "poison holds a partition: 4 attempts of 10 ms, cooldowns 100, 250, 500 ms",
            "Q3 with E[S] = 14.4 ms, E[S^2] = 4.06e-3 s^2",
            messages: 4_000_000, few: nil,
            yaml: queue(
                "rate: 40/s, poison: 0.5%", "[{think: 10ms}, {fail: 0}]",
                handler:
                    "order: partition, retry: [{inline: 3, cooldown: [100ms, 250ms, 500ms]}], ",
                queue: "{partitions: 1}"),
            [.init("Wq", 191.51, tight, Measure.wait)]),
        OracleRow(
            "Q4", "the same without poison", "Q3", messages: 1_000_000, few: 5000,
            yaml: queue(
                "rate: 40/s", "[{think: 10ms}, {fail: 0}]", handler: "order: partition, ",
                queue: "{partitions: 1}"),
            [.init("Wq", 3.3333, tight, Measure.wait)]),
    ]

    /// lambda, c, Wq, W, p50, p95, p99, messages; mu is 50 a second.
    private static let erlang: [(Int, Int, Double, Double, Double, Double, Double, Int)] = [
        (80, 2, 35.556, 55.556, 40.801, 158.21, 238.75, 1_000_000),
        (160, 4, 14.911, 34.911, 26.924, 94.760, 137.86, 1_000_000),
        (200, 8, 0.29522, 20.295, 14.207, 60.304, 92.493, 1_000_000),
        (320, 8, 5.7206, 25.721, 19.727, 70.169, 103.04, 1_000_000),
        (380, 8, 42.208, 62.208, 48.201, 166.76, 247.32, 10_000_000),
        (640, 16, 1.9055, 21.906, 16.037, 62.508, 94.699, 1_000_000),
    ]

    private static let many: [OracleRow] =
        erlang.map { (lambda, workers, wait, sojourn, p50, p95, p99, messages) -> OracleRow in
            OracleRow(
                "Q5", "M/M/\(workers), \(lambda) and 50 a second", "Erlang C",
                messages: messages, few: lambda == 200 || lambda == 320 ? 5000 : nil,
                yaml: queue("rate: \(lambda)/s", work, handler: "workers: \(workers), "),
                [
                    .init("W", sojourn, tight, Measure.sojourn),
                    .init("p50", p50, tight, Measure.quantile(0.5)),
                    .init("p95", p95, tight, isLong: true, Measure.quantile(0.95)),
                    .init("p99", p99, tail, isLong: true, Measure.quantile(0.99)),
                ]
                    + (lambda == 200
                        ? [] : [OracleRow.Check("Wq", wait, tail, isLong: true, Measure.wait)]))
        }

    private static let split: [OracleRow] = [
        OracleRow(
            "Q6", "M/M/8 split: 8 partitions, one worker each", "Q1 with lambda/8",
            messages: 1_000_000, few: 12_000,
            yaml: queue(
                "rate: 320/s, keys: fresh", work, handler: "nodes: 8, order: partition, ",
                queue: "{partitions: 8}"),
            [.init("W", 100, tight, Measure.sojourn)])
    ]

    private static let arrivals: [OracleRow] = [
        OracleRow(
            "Q7", "GI/M/1, constant arrivals", "sigma = e^(-mu (1 - sigma)/40)",
            messages: 1_000_000, few: 6000,
            yaml: queue("rate: 40/s, arrivals: constant", work),
            [.init("W", 53.855, tight, Measure.sojourn)]),
        OracleRow(
            "Q7", "M/M/8 dealt in turn", "A* = (320/(320 + s))^8", messages: 1_000_000,
            few: 12_000,
            yaml: queue(
                "rate: 320/s", work, handler: "nodes: 8, order: partition, ",
                queue: "{partitions: 8, partitioner: roundRobin}"),
            [.init("W", 59.595, tight, Measure.sojourn)]),
        OracleRow(
            "Q7", "M/M/8, unlimited prefetch dealt in turn", "A* = (320/(320 + s))^8",
            messages: 1_000_000, few: 12_000,
            yaml: queue(
                "rate: 320/s", work,
                handler: "workers: 8, prefetch: {count: unlimited, by: worker}, "),
            [.init("W", 59.595, tight, Measure.sojourn)]),
        OracleRow(
            "Q7", "on/off poisson, phases exponential(100ms)",
            "A* = l(s+b)/((s+l+a)(s+b) - ab)", messages: 2_000_000, few: nil,
            yaml: queue(
                "rate: 80/s, arrivals: bursty, on: exponential(100ms), off: exponential(100ms)",
                work),
            [.init("W", 268.61, tight, Measure.sojourn)]),
        OracleRow(
            "Q8", "batches of 10", "W = (E[X^2] + E[X]) / (2 E[X] mu (1 - rho))",
            messages: 4_000_000, few: nil,
            yaml: queue("rate: 4/s, arrivals: batches, size: 10", work),
            [.init("W", 550, tight, Measure.sojourn)]),
        OracleRow(
            "Q8", "batches of 5", "the same", messages: 4_000_000, few: nil,
            yaml: queue("rate: 8/s, arrivals: batches, size: 5", work),
            [.init("W", 300, tight, Measure.sojourn)]),
        OracleRow(
            // Sizes vary as much as they are large: 4,000,000 give an interval of 1.2%.
            "Q8", "geometric batches of mean 10", "the same", messages: 8_000_000, few: nil,
            yaml: queue("rate: 4/s, arrivals: batches, size: geometric(10)", work),
            [.init("W", 1000, tight, Measure.sojourn)]),
    ]

    private static let refused = Measure.share(\.refused, of: \.messages)

    private static let refusing: [OracleRow] =
        ["exponential(20ms)", "20ms", "\"lognormal(20ms, 4)\""].map {
            (service: String) -> OracleRow in
            OracleRow(
                "Q9", "no waiting room, 8 workers, \(service)", "Erlang B",
                messages: 500_000, few: service == "20ms" ? nil : 6000,
                yaml: queue(
                    "rate: 320/s", "[{think: \(service)}]", handler: "workers: 8, ",
                    queue: "{capacity: 0}"),
                [.init("refused", 0.14439, tight, refused)])
        }

    private static let rooms: [(Int, Int, Int, Double, Double)] = [
        (320, 8, 2, 0.076505, 20.841), (480, 8, 8, 0.18751, 32.009), (40, 1, 4, 0.088819, 51.261),
    ]

    private static let bounded: [OracleRow] =
        rooms.map { (lambda, workers, room, share, sojourn) -> OracleRow in
            OracleRow(
                "Q10", "M/M/\(workers)/\(workers + room), \(lambda) a second",
                "birth and death", messages: 500_000, few: 6000,
                yaml: queue(
                    "rate: \(lambda)/s", work, handler: "workers: \(workers), ",
                    queue: "{capacity: \(room)}"),
                [
                    .init("refused", share, tight, refused),
                    .init("W of the accepted", sojourn, tight, Measure.sojourn),
                ])
        }
}
