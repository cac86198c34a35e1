import Perturbation
import Simulation

/// An explored execution as text: what it is one of, and a line for each step.
///
///     {"exploration":1,"strategy":"naive","seed":"s1","finding":"noLostUpdate","topology":{"handlers.h.workers":"2"}}
///     {"delivery":0,"action":"goOn","what":"reserve: message 0"}
///
/// `what` is for people and is not read.
public struct ExecutionScript: Hashable, Sendable {
    public var strategy: Strategy
    public var seed: String
    /// In words; empty: nothing was found.
    public var finding: String
    public var choices: [Choice]
    /// Every value of the topology by its path; empty: nobody said.
    public var topology: [String: String]

    public init(
        strategy: Strategy, seed: String, finding: String, choices: [Choice],
        topology: [String: String] = [:]
    ) {
        self.topology = topology
        self.strategy = strategy
        self.seed = seed
        self.finding = finding
        self.choices = choices
    }

    /// What is wrong with a text that should be one, a sentence a line.
    public struct Problems: Error, Hashable, Sendable, CustomStringConvertible {
        public let sentences: [String]

        public var description: String { sentences.joined(separator: "\n") }
    }

    public func text(_ model: Model) -> String {
        var head: [(String, JSONValue)] = [
            ("exploration", .number("1")), ("strategy", .string(strategy.rawValue)),
            ("seed", .string(seed)), ("finding", .string(finding)),
        ]
        if !topology.isEmpty {
            let values = topology.sorted { $0.key < $1.key }
            head.append(
                ("topology", .object(values.map { JSONValue.Member($0.key, .string($0.value)) })))
        }
        let lines = choices.map { choice -> [(String, JSONValue)] in
            [
                ("delivery", .number("\(choice.delivery)")),
                ("action", .string("\(choice.action)")),
                ("what", .string(model.name(choice.delivery))),
            ]
        }
        return ([head] + lines).map { members in
            JSONValue.object(members.map { JSONValue.Member($0.0, $0.1) }).text + "\n"
        }.joined()
    }

    /// Reads what `text` wrote, perhaps edited since.
    ///
    /// - Parameter file: the name that problems print.
    public init(parsing text: String, file: String) throws(Problems) {
        var problems: [String] = []
        var choices: [Choice] = []
        var head: JSONValue?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated() where !line.allSatisfy(\.isWhitespace)
        {
            let place = "\(file):\(index + 1)"
            let value: JSONValue
            do { value = try JSONValue(parsing: String(line)) } catch {
                problems.append("\(place): \(error); one line of JSON is accepted")
                continue
            }
            if head == nil {
                head = value
                problems += Self.problems(ofHead: value, place)
                continue
            }
            let action = Action.allCases.first { "\($0)" == value["action"]?.string }
            if let action, let delivery = value["delivery"]?.integer,
                let number = UInt8(exactly: delivery)
            {
                choices.append(Choice(number, action))
            } else {
                let all = Action.allCases.map { "\($0)" }.joined(separator: ", ")
                problems.append(
                    "\(place): no step; accepted are delivery (a number from 0) and action (\(all))"
                )
            }
        }
        if head == nil && problems.isEmpty {
            problems.append("\(file): is empty; write it with explore --choices-out")
        }
        guard problems.isEmpty, let head else { throw Problems(sentences: problems) }
        strategy = head["strategy"]?.string.flatMap(Strategy.init) ?? .naive
        seed = head["seed"]?.string ?? ""
        finding = head["finding"]?.string ?? ""
        self.choices = choices
        topology = [:]
        if case .object(let members)? = head["topology"] {
            for member in members { topology[member.name] = member.value.string }
        }
    }

    private static func problems(ofHead value: JSONValue, _ place: String) -> [String] {
        let words = value["strategy"]?.string ?? ""
        guard value["exploration"]?.integer == 1, value["seed"]?.string != nil else {
            return [
                "\(place): no execution begins so; accepted is "
                    + #"{"exploration":1,"strategy":"naive","seed":"s1","finding":""}"#
            ]
        }
        guard Strategy(rawValue: words) == nil else { return [] }
        let all = Strategy.allCases.map(\.rawValue).joined(separator: ", ")
        return ["\(place): no strategy is \"\(words)\"; accepted are \(all)"]
    }
}
