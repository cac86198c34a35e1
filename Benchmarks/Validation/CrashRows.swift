import Simulation

/// Section 6 of the oracles, its last rows: what a consumer that dies carries out once more.
enum CrashRows {
    private static let tight = OracleRow.Tolerance.interval(halfWidth: 0.01)

    static let all: [OracleRow] = grid + restarting

    /// Messages cost nothing, so the consumer is far faster than they come; its restart is at once.
    private static func consumer(_ timer: String, _ life: String) -> String {
        QueueRows.queue(
            "rate: 100/s", "[effect: work]",
            handler: "order: partition, commit: {every: 5s, timer: \(timer)}, ",
            queue: "{partitions: 1}",
            rest: "faults: [{kill: server, every: exponential(\(life))}]")
    }

    private static func row(
        _ id: String, _ timer: String, _ life: String, _ formula: String, messages: Int,
        few: Int?, _ value: Double
    ) -> OracleRow {
        OracleRow(
            id, "positions every 5 s on a \(timer), a crash every \(life)", formula,
            messages: messages, few: few,
            yaml: consumer(timer == "grid" ? "grid" : "restart", life),
            [.init("replayed a crash", value, tight, Measure.share(\.replayed, of: \.crashes))])
    }

    /// 2,000 crashes of a seed.
    private static let grid: [OracleRow] = [
        row(
            "L5", "grid", "10s", "lambda T / 2", messages: 2_200_000, few: 60_000, 250)
    ]

    private static let lives: [(String, Int, Int?, Double)] = [
        ("600s", 90_000_000, nil, 251.74), ("60s", 30_000_000, nil, 267.95),
        ("10s", 20_000_000, 200_000, 377.97),
    ]

    private static let restarting: [OracleRow] = lives.map { (life, messages, few, value) in
        row(
            "L6", "timer that restarts", life, "lambda e^x (1/nu - T/(e^x - 1)), x = nu T",
            messages: messages, few: few, value)
    }
}
