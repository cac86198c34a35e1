import Checking
import Exploration
import Perturbation
import Simulation

/// What an exploration came to, for people and for programs.
public struct ExplorationReport {
    private let result: Exploration
    private let model: Model

    private let preventions: [Prevention]

    /// - Parameter preventions: what other strategies came to.
    public init(_ result: Exploration, _ model: Model, _ preventions: [Prevention] = []) {
        self.result = result
        self.model = model
        self.preventions = preventions
    }

    public var text: String {
        var pairs: [(String, String)] = [
            ("search", result.strategy.rawValue + limit),
            ("strategy", model.strategy.rawValue),
            ("bounds", "\(model.messages) messages, \(model.boundsInWords)"),
            ("executions", "\(result.executions)" + more),
            ("steps", "\(result.steps), at most \(result.longest) in one execution"),
        ]
        if result.states > 0 { pairs.append(("states", "\(result.states)")) }
        if let classes = result.classes { pairs.append(("classes", "\(classes)")) }
        if let mass = result.unseenMass {
            pairs.append(("unseen", "\(Figures.number(mass * 100))% of what this search draws"))
        }
        return TextTable.pairs(pairs) + verdict + "\n" + (timeline.map { "\n\($0)" } ?? "")
            + tried
    }

    /// What would have prevented it, tried.
    private var tried: String {
        if preventions.isEmpty { return "" }
        var table = TextTable([
            ("instead", .left), ("under the same choices", .left), ("within the bounds", .left),
        ])
        for prevention in preventions {
            table.append([
                prevention.strategy.rawValue + (prevention.fences ? ", fencing: load" : ""),
                prevention.underSameChoices.map { "\($0)" } ?? "nothing found",
                Self.words(prevention.isProven),
            ])
        }
        return "\n" + table.text
    }

    private static func words(_ isProven: Bool?) -> String {
        switch isProven {
        case true?: "complete, no invariant broken"
        case false?: "found as well"
        case nil: "not brought to its end"
        }
    }

    private var limit: String {
        guard let limit = result.limit else { return "" }
        return ", up to \(limit) \(result.strategy == .delay ? "delays" : "preemptions")"
    }

    private var more: String {
        var words: [String] = []
        if result.redundant > 0 { words.append("\(result.redundant) given up as repeats") }
        if result.cut > 0 { words.append("\(result.cut) cut off") }
        return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    }

    /// The sentence that everything comes to.
    public var verdict: String {
        switch result.end {
        case .found:
            guard let found = result.counterexample else { return "found" }
            let steps = "\(found.choices.count) steps"
            let shorter =
                found.isShortest
                ? "\(steps), and none with fewer shows it" : "\(steps)"
            return "found: \(found.finding), in \(shorter)"
        case .complete:
            let what =
                result.classes.map { "\($0) classes of interleavings" }
                ?? (result.states > 0 ? "\(result.states) states" : "all executions")
            return "complete within these bounds: \(what), \(nothing)"
        case .cut:
            return
                "not complete: \(result.cut) executions were cut off, at \(model.topology.bounds.steps) "
                + "steps or for want of room for more deliveries; in the others \(nothing)"
        case .stopped:
            return "not complete: stopped after \(result.executions) executions; so far \(nothing)"
        }
    }

    private var nothing: String { "no invariant broken" }

    private var timeline: String? {
        guard let found = result.counterexample else { return nil }
        return found.timeline.map { TimelineText($0).text } ?? steps(found)
    }

    /// Where no picture can be made, the steps by name.
    private func steps(_ found: Counterexample) -> String {
        found.choices.enumerated().map { index, choice in
            "\(index + 1). \(model.name(choice.delivery)): \(choice.action)\n"
        }.joined()
    }

    public var json: JSONValue {
        .members([
            ("end", .string("\(result.end)")), ("search", .string(result.strategy.rawValue)),
            ("strategy", .string(model.strategy.rawValue)),
            ("messages", .number(model.messages)), ("bounds", .string(model.boundsInWords)),
            ("executions", .number(result.executions)), ("steps", .number(result.steps)),
            ("states", result.states > 0 ? .number(result.states) : nil),
            ("classes", result.classes.map { .number($0) }),
            ("cutOff", .number(result.cut)), ("repeats", .number(result.redundant)),
            ("longest", .number(result.longest)), ("limit", result.limit.map { .number($0) }),
            ("executionsToFind", result.executionsToFind.map { .number($0) }),
            ("counterexample", result.counterexample.map(counterexample)),
            ("preventions", preventions.isEmpty ? nil : .array(preventions.map(Self.json))),
        ])
    }

    private static func json(_ prevention: Prevention) -> JSONValue {
        .members([
            ("strategy", .string(prevention.strategy.rawValue)),
            ("fencing", prevention.fences ? .string("load") : nil),
            ("sameChoices", prevention.underSameChoices.map { .string("\($0)") }),
            ("proven", prevention.isProven.map { .bool($0) }),
        ])
    }

    private func counterexample(_ found: Counterexample) -> JSONValue {
        .members([
            ("finding", .string("\(found.finding)")), ("steps", .number(found.choices.count)),
            ("stepsAtFirst", .number(found.stepsAtFirst)),
            ("shortest", .bool(found.isShortest)),
            (
                "choices",
                .array(
                    found.choices.map { choice in
                        .members([
                            ("delivery", .number(choice.delivery)),
                            ("action", .string("\(choice.action)")),
                            ("what", .string(model.name(choice.delivery))),
                        ])
                    })
            ),
        ])
    }
}
