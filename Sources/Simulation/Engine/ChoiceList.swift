import Perturbation

/// A run as its choices: topology and seed say all else.
///
/// As text it is a line of JSON that says whose they are, and one for each choice other than the default:
///
///     {"choices":1,"strategy":"naive","seed":"s1","fingerprint":"b32d16bf588f4b4a"}
///     {"kind":"fault","site":"reserve/fail","actor":3,"index":0,"of":2,"value":1}
public struct ChoiceList: Hashable, Sendable {
    public var strategy: Strategy
    public var seed: String
    /// Of the run that they were made in.
    public var fingerprint: String
    public var choices: [Choice]

    public init(strategy: Strategy, seed: String, fingerprint: String, choices: [Choice]) {
        self.strategy = strategy
        self.seed = seed
        self.fingerprint = fingerprint
        self.choices = choices
    }

    /// What is wrong with a text that should be one, a sentence a line.
    public struct Problems: Error, Hashable, CustomStringConvertible {
        public let sentences: [String]

        public var description: String { sentences.joined(separator: "\n") }
    }

    public func text(_ topology: Topology) -> String {
        let names = SiteNames(topology, strategy)
        let head: [(String, JSONValue)] = [
            ("choices", .number("1")), ("strategy", .string(strategy.rawValue)),
            ("seed", .string(seed)), ("fingerprint", .string(fingerprint)),
        ]
        let lines = choices.map { choice -> [(String, JSONValue)] in
            [
                ("kind", .string("\(choice.kind)")), ("site", .string(names.site(of: choice))),
                ("actor", .number("\(choice.actor)")), ("index", .number("\(choice.index)")),
                ("of", .number("\(choice.arity)")), ("value", .number("\(choice.value)")),
            ]
        }
        return ([head] + lines).map { members in
            JSONValue.object(members.map { JSONValue.Member($0.0, $0.1) }).text + "\n"
        }.joined()
    }

    /// Reads what `text` wrote, perhaps edited since. A site that the topology does not have is kept and fits
    /// nowhere.
    ///
    /// - Parameter file: the name that problems print.
    public init(
        parsing text: String, _ topology: Topology, file: String
    ) throws(Problems) {
        var reader = ChoiceReader(topology, file)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            reader.read(line, index + 1)
        }
        guard let list = reader.list, reader.problems.isEmpty else {
            throw Problems(
                sentences: reader.problems.isEmpty
                    ? ["\(file): is empty; write it with simulate --choices-out"]
                    : reader.problems)
        }
        self = list
    }
}

/// Reads a list line by line, and goes on behind what will not do.
private struct ChoiceReader {
    private let topology: Topology
    private let file: String
    private var names: SiteNames?
    private var places: [[Int64]: Int] = [:]
    private(set) var list: ChoiceList?
    private(set) var problems: [String] = []

    init(_ topology: Topology, _ file: String) {
        self.topology = topology
        self.file = file
    }

    mutating func read(_ line: Substring, _ number: Int) {
        if line.allSatisfy(\.isWhitespace) { return }
        let value: JSONValue
        do { value = try JSONValue(parsing: String(line)) } catch {
            problems.append("\(file):\(number): \(error); one line of JSON is accepted")
            return
        }
        if list == nil && problems.isEmpty {
            readHead(value, number)
        } else {
            readChoice(value, number)
        }
    }

    private mutating func readHead(_ value: JSONValue, _ number: Int) {
        let word = value["strategy"]?.string ?? ""
        guard value["choices"]?.integer == 1, let seed = value["seed"]?.string else {
            problems.append(
                "\(file):\(number): no list of choices begins so; accepted is "
                    + #"{"choices":1,"strategy":"naive","seed":"s1"}"#)
            return
        }
        guard let strategy = Strategy(rawValue: word) else {
            let all = Strategy.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append("\(file):\(number): no strategy is \"\(word)\"; accepted are \(all)")
            return
        }
        names = SiteNames(topology, strategy)
        list = ChoiceList(
            strategy: strategy, seed: seed, fingerprint: value["fingerprint"]?.string ?? "",
            choices: [])
    }

    private mutating func readChoice(_ value: JSONValue, _ number: Int) {
        let kind = Choice.Kind.allCases.first { "\($0)" == value["kind"]?.string }
        func integer(_ name: String, from least: Int64) -> Int32? {
            guard let found = value[name]?.integer, found >= least else { return nil }
            return Int32(exactly: found)
        }
        guard let kind, let site = value["site"]?.string, let actor = integer("actor", from: 0),
            let index = integer("index", from: 0), let arity = integer("of", from: 2),
            let chosen = integer("value", from: 0), chosen < arity
        else {
            let kinds = Choice.Kind.allCases.map { "\($0)" }.joined(separator: ", ")
            problems.append(
                "\(file):\(number): no choice; accepted are kind (\(kinds)), site, and the numbers "
                    + "actor and index from 0, of from 2, and value below of")
            return
        }
        if let before = places.updateValue(number, forKey: [Int64(actor), Int64(index)]) {
            problems.append(
                "\(file):\(number): actor \(actor) has choice \(index) in line \(before) already")
        }
        let place = names?.site(named: site, kind, faults: topology.faults.count) ?? -1
        list?.choices.append(
            Choice(
                kind: kind, site: place, actor: actor, index: index, arity: arity, value: chosen))
    }
}
