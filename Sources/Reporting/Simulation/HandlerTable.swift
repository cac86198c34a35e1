import Perturbation
import Simulation

/// What each handler of a run came to, a row each.
struct HandlerTable {
    private let handlers: [HandlerResult]

    init(_ handlers: [HandlerResult]) { self.handlers = handlers }

    var table: TextTable {
        var table = TextTable([
            ("handler", .left), ("goodput/s", .right), ("attempts", .right), ("conflicts", .right),
            ("dead letters", .right), ("mean", .right), ("p50", .right), ("p99", .right),
            ("busy", .right),
        ])
        for handler in handlers {
            let counts = handler.counts
            table.append([
                handler.name, Figures.number(handler.goodput), "\(counts.attempts)",
                Figures.share(counts.conflicts, of: counts.attempts),
                Figures.share(handler.deadLetterShare),
                handler.latency.count > 0 ? Figures.time(handler.latency.mean) : "",
                time(handler, 0.5), time(handler, 0.99),
                handler.utilisation.map { Figures.share($0) } ?? "",
            ])
        }
        return table
    }

    private func time(_ handler: HandlerResult, _ share: Double) -> String {
        handler.histogram.quantile(share).map { Figures.time($0) } ?? ""
    }

    static func json(_ handler: HandlerResult) -> JSONValue {
        let counts = handler.counts
        let integers = [
            ("attempts", counts.attempts), ("commits", counts.commits),
            ("conflicts", counts.conflicts), ("timeouts", counts.timeouts),
            ("faults", counts.faults), ("dead_letters", counts.deadLetters),
            ("discarded", counts.discarded), ("workers", handler.workers),
        ]
        return .members(
            [
                ("name", .string(handler.name)), ("queue", .string(handler.queue)),
                ("goodput_per_s", .number("\(handler.goodput)")),
                ("latency_ns", RunReport.times(handler.latency, handler.histogram)),
                ("dead_letter_share", .number("\(handler.deadLetterShare)")),
                ("utilisation", handler.utilisation.map { .number("\($0)") }),
            ] + integers.map { ($0.0, .number($0.1)) })
    }
}
