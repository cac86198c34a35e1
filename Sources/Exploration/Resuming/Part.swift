import Perturbation
import Simulation

/// A finished part of an exploration, as a line of JSON.
struct Part {
    var counts: Search.Counts
    var end: Exploration.End
    var hit: Search.Hit?
    /// Reached by delays or preemptions.
    var limit: Int?
    /// Executions of each class, of those that draw.
    var classes: [UInt64: Int] = [:]
    /// How many classes, of those that count them otherwise.
    var classCount: Int?
    var coverage: [UInt64] = []
    /// Whether something in it may go on for ever.
    var hasCycles = false
    /// What a strategy that learns needs to go on.
    var strategy: [UInt64] = []

    var verdict: String { "\(end)" }

    var text: String {
        let sorted = classes.sorted { $0.key < $1.key }
        var members: [JSONValue.Member] = [
            .init("end", .string("\(end)")), .init("counts", Self.value(counts.numbers)),
        ]
        if let hit {
            let steps = hit.choices.flatMap { [UInt64($0.delivery), UInt64($0.action.rawValue)] }
            members.append(.init("finding", .string("\(hit.finding)")))
            members.append(.init("steps", Self.value(steps)))
        }
        if let limit { members.append(.init("limit", .number("\(limit)"))) }
        if hasCycles { members.append(.init("cycles", .bool(true))) }
        if let classCount { members.append(.init("classCount", .number("\(classCount)"))) }
        let lists = [
            ("classes", sorted.flatMap { [$0.key, UInt64($0.value)] }), ("coverage", coverage),
            ("strategy", strategy),
        ]
        for (name, numbers) in lists where !numbers.isEmpty {
            members.append(.init(name, Self.value(numbers)))
        }
        return JSONValue.object(members).text
    }

    init(counts: Search.Counts, end: Exploration.End) {
        self.counts = counts
        self.end = end
    }

    /// nil where the text is none.
    init?(text: String) {
        guard let value = try? JSONValue(parsing: text),
            let end = Exploration.End.allCases.first(where: { "\($0)" == value["end"]?.string }),
            let counts = Search.Counts(numbers: Self.numbers(value["counts"]))
        else { return nil }
        self.init(counts: counts, end: end)
        if let name = value["finding"]?.string {
            let steps = Self.numbers(value["steps"])
            hit = Search.Hit(
                finding: Finding(name: name),
                choices: stride(from: 0, to: steps.count - 1, by: 2).map {
                    Choice(
                        UInt8(truncatingIfNeeded: steps[$0]),
                        Action(rawValue: UInt8(truncatingIfNeeded: steps[$0 + 1])) ?? .goOn)
                })
        }
        limit = value["limit"]?.integer.map { Int($0) }
        hasCycles = value["cycles"] == .bool(true)
        classCount = value["classCount"]?.integer.map { Int($0) }
        let pairs = Self.numbers(value["classes"])
        for place in stride(from: 0, to: pairs.count - 1, by: 2) {
            classes[pairs[place]] = Int(clamping: pairs[place + 1])
        }
        coverage = Self.numbers(value["coverage"])
        strategy = Self.numbers(value["strategy"])
    }

    private static func value(_ numbers: [UInt64]) -> JSONValue {
        .string(SearchStand.line(numbers))
    }

    private static func numbers(_ value: JSONValue?) -> [UInt64] {
        SearchStand.numbers(value?.string ?? "")
    }
}

extension Finding {
    /// What ``description`` says.
    init(name: String) {
        if let invariant = Invariant(rawValue: name) {
            self = .broken(invariant)
            return
        }
        let others: [Finding] = [.deadlock, .livelock, .deadLetters]
        self = others.first { $0.description == name } ?? .anomaly(name)
    }
}
