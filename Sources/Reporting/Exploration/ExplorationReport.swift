import Checking
import Exploration
import Perturbation
import Simulation

/// What an exploration came to, for people and for programs.
public struct ExplorationReport {
    let result: Exploration
    let model: Model
    /// What reports call it: the topology's name.
    let name: String
    let preventions: [Prevention]
    /// What was found in the smallest topology.
    let reduction: Reduction?

    /// - Parameters:
    ///   - preventions: what other strategies came to.
    ///   - reduction: of the counterexample.
    public init(
        _ result: Exploration, _ model: Model, _ preventions: [Prevention] = [],
        name: String = "topology", reduction: Reduction? = nil
    ) {
        self.result = result
        self.model = model
        self.preventions = preventions
        self.name = name
        self.reduction = reduction
    }

    public var text: String {
        TextTable.pairs(figures) + verdict + "\n" + (timeline.map { "\n\($0)" } ?? "")
            + (reduction.map { "\n" + Self.table(of: $0) } ?? "")
            + (preventions.isEmpty ? "" : "\n" + Self.table(of: preventions) + "\n" + advice)
    }

    /// Names and values.
    var figures: [(String, String)] {
        var pairs: [(String, String)] = [
            ("search", result.strategy.rawValue + limit),
            ("strategy", model.strategy.rawValue),
            ("bounds", "\(HuntReport.count(model.messages, "message")), \(model.boundsInWords)"),
        ]
        pairs += model.assumptions.map { ("assumed", $0) }
        if let keys = model.drawnKeys {
            pairs.append(
                (
                    "keys",
                    keys.map { "\($0)" }.joined(separator: " ")
                        + ", as seed \(model.seed) draws them; it is about these alone"
                ))
        }
        if let poison = model.drawnPoison { pairs.append(("poison", drawn(poison))) }
        if let keyless = model.drawnKeyless { pairs.append(("without key", drawn(keyless))) }
        pairs += [
            ("executions", "\(result.executions)" + more),
            ("steps", "\(result.steps), at most \(result.longest) in one execution"),
        ]
        if result.states > 0 { pairs.append(("states", "\(result.states)")) }
        if let classes = result.classes { pairs.append(("classes", "\(classes)")) }
        if let mass = result.unseenMass {
            pairs.append(("unseen", "\(Figures.number(mass * 100))% of what this search draws"))
        }
        if let coverage = result.coverage { pairs += Self.coverage(coverage) }
        return pairs
    }

    /// `1 3, as seed s1 draws them`
    private func drawn(_ messages: [Int]) -> String {
        (messages.isEmpty ? "none" : messages.map { "\($0)" }.joined(separator: " "))
            + ", as seed \(model.seed) draws them; it is about these alone"
    }

    private var limit: String {
        guard let limit = result.limit else { return "" }
        return ", up to "
            + HuntReport.count(limit, result.strategy == .delay ? "delay" : "preemption")
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
            let steps = HuntReport.count(found.choices.count, "step")
            let shorter =
                found.isShortest
                ? "\(steps), and none with fewer shows it" : "\(steps)"
            return "found: \(found.finding), in \(shorter)"
        case .complete:
            let what =
                result.classes.map {
                    $0 == 1 ? "1 class of interleavings" : "\($0) classes of interleavings"
                }
                ?? (result.states > 0
                    ? HuntReport.count(result.states, "state") : "all executions")
            let condition = model.assumptions.isEmpty ? "" : ", under what is assumed"
            return "complete within these bounds\(condition): \(what), \(nothing)"
        case .cut:
            return
                "not complete: \(HuntReport.count(result.cut, "execution")) cut off, at \(model.topology.bounds.steps) "
                + "steps or for want of room for more deliveries; in the others \(nothing)"
        case .stopped:
            let executions = HuntReport.count(result.executions, "execution")
            let seen =
                result.states > 0
                ? "\(HuntReport.count(result.states, "state")) and \(executions)" : executions
            let cause =
                result.isOutOfMemory
                ? ", as there is no memory for more (--memory says how much there is)" : ""
            return "not complete: stopped after \(seen)\(cause); so far \(nothing)"
        }
    }

    private var nothing: String {
        model.topology.invariants.isEmpty && model.topology.bounds.forbidden.isEmpty
            ? "no deadlock and no livelock; the topology names no invariant"
            : "no invariant broken"
    }

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

    public var json: JSONValue { json(reproducer: nil) }

    /// - Parameter reproducer: the folder that shows what was found.
    public func json(reproducer: String?) -> JSONValue {
        .members([
            ("reproducer", reproducer.map { .string($0) }),
            ("end", .string("\(result.end)")), ("search", .string(result.strategy.rawValue)),
            ("strategy", .string(model.strategy.rawValue)),
            ("messages", .number(model.messages)), ("bounds", .string(model.boundsInWords)),
            (
                "assumed",
                model.assumptions.isEmpty
                    ? nil : .array(model.assumptions.map(JSONValue.string))
            ),
            ("keys", model.drawnKeys.map { .array($0.map { .number(Int($0)) }) }),
            ("poison", model.drawnPoison.map { .array($0.map(JSONValue.number)) }),
            ("withoutKey", model.drawnKeyless.map { .array($0.map(JSONValue.number)) }),
            ("executions", .number(result.executions)), ("steps", .number(result.steps)),
            ("states", result.states > 0 ? .number(result.states) : nil),
            ("classes", result.classes.map { .number($0) }),
            ("cutOff", .number(result.cut)), ("repeats", .number(result.redundant)),
            ("longest", .number(result.longest)), ("limit", result.limit.map { .number($0) }),
            ("executionsToFind", result.executionsToFind.map { .number($0) }),
            ("counterexample", result.counterexample.map { json($0, model) }),
            ("reduced", reduction.map(json)),
            ("preventions", preventions.isEmpty ? nil : .array(preventions.map(Self.json))),
            ("unseen", result.unseenMass.map { .number(Figures.number($0)) }),
            ("coverage", result.coverage.map(Self.json)),
        ])
    }

    private static func json(_ prevention: Prevention) -> JSONValue {
        .members([
            ("instead", .string(prevention.name)), ("words", .string(prevention.words)),
            ("sameChoices", prevention.underSameChoices.map { .string("\($0)") }),
            ("proven", prevention.isProven.map { .bool($0) }),
            ("found", prevention.found.map { .string("\($0)") }),
            ("whileNoLeaseEnds", prevention.trustsLeases ? .bool(true) : nil),
        ])
    }

    func json(_ found: Counterexample, _ model: Model) -> JSONValue {
        .members([
            ("finding", .string("\(found.finding)")), ("steps", .number(found.choices.count)),
            ("stepsAtFirst", .number(found.stepsAtFirst)),
            ("shortest", .bool(found.isShortest)),
            ("names", .array(found.names.map { .string($0) })),
            ("minimal", found.certificate.map(Self.json)),
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
