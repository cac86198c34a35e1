/// One command's arguments on their way into its fields; notes every problem and goes on.
struct ArgumentScan {
    enum Request { case help, version }

    private let fields: [(field: any ArgumentField, description: ParameterDescription)]
    private var given: [[String]]
    private var positional: [String] = []
    private var byName: [String: (index: Int, isNegated: Bool)] = [:]
    /// Options that stand there without their value: not missing, but wrong.
    private var valueless: Set<Int> = []
    private(set) var problems: [String] = []
    /// What follows an unknown option may be its value.
    private var hasUnknownOption = false

    init(_ fields: [(any ArgumentField, ParameterDescription)]) {
        self.fields = fields.map { (field: $0.0, description: $0.1) }
        given = Array(repeating: [], count: fields.count)
        for (index, field) in self.fields.enumerated() {
            for name in field.description.spelledNames { byName[name] = (index, false) }
            for name in field.description.negatedNames { byName["--\(name)"] = (index, true) }
        }
    }

    /// Sorts words into options and arguments.
    ///
    /// - Returns: what is to be shown in place of running the command.
    mutating func read(_ words: [String]) -> Request? {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positional += rest
                break
            }
            if word.hasPrefix("--") {
                if let request = long(word, &rest) { return request }
            } else if word.hasPrefix("-"), word.count > 1, !isNumber(word) {
                if let request = short(word, &rest) { return request }
            } else {
                positional.append(word)
            }
        }
        return nil
    }

    private mutating func long(_ word: String, _ rest: inout ArraySlice<String>) -> Request? {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let value = parts.count == 2 ? String(parts[1]) : nil
        guard let (index, isNegated) = byName[name] else {
            if name == "--help" { return .help }
            if name == "--version" { return .version }
            unknown(name)
            return nil
        }
        switch (fields[index].description.kind, value) {
        case (.flag, nil): given[index].append(isNegated ? "false" : "true")
        case (.flag, .some): problems.append("\(name) takes no value")
        case (_, let value?): given[index].append(value)
        case (_, nil): next(for: name, index, &rest)
        }
        return nil
    }

    /// `-v`, `-vv`, `-o value`, `-ovalue`, `-o=value`, `-vovalue`.
    private mutating func short(_ word: String, _ rest: inout ArraySlice<String>) -> Request? {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            let name = "-\(letter)"
            guard let index = byName[name]?.index else {
                if letter == "h" { return .help }
                unknown(name == word ? name : "\(name) (in \(word))")
                return nil
            }
            if fields[index].description.kind == .flag {
                given[index].append("true")
            } else if letters.isEmpty {
                next(for: name, index, &rest)
            } else {
                given[index].append(String(letters.first == "=" ? letters.dropFirst() : letters))
                return nil
            }
        }
        return nil
    }

    /// The next word as a value; one that begins with a dash must be a number or `-`.
    private mutating func next(for name: String, _ index: Int, _ rest: inout ArraySlice<String>) {
        let wanted = "\(name) needs a value <\(fields[index].description.valueName)>"
        guard let word = rest.first else {
            valueless.insert(index)
            problems.append(wanted)
            return
        }
        if word.hasPrefix("-"), word != "-", !isNumber(word) {
            valueless.insert(index)
            problems.append("\(wanted); one that begins with a dash is written \(name)=\(word)")
        } else {
            given[index].append(word)
            rest.removeFirst()
        }
    }

    private mutating func unknown(_ name: String) {
        hasUnknownOption = true
        let names = fields.flatMap(\.description.spelledNames) + ["--help"]
        let near = name.hasPrefix("--") ? nearestName(to: name, among: names) : nil
        problems.append("unknown option \(name)" + (near.map { "; did you mean \($0)?" } ?? ""))
    }

    /// A negative number, unless its first digit is the name of an option.
    private func isNumber(_ word: String) -> Bool {
        let text = word.dropFirst()
        guard let first = text.first, byName["-\(first)"] == nil else { return false }
        let digit = first == "." ? text.dropFirst().first : first
        return digit?.isASCII == true && digit?.isNumber == true
    }

    // MARK: Values

    /// Hands every field its texts: the arguments', else the environment's.
    mutating func fill(environment: [String: String]) {
        assignPositional()
        var missing: [String] = []
        for (index, (field, description)) in fields.enumerated() {
            var texts = given[index]
            var source = description.title
            if texts.isEmpty, let variable = description.environment,
                let text = environment[variable], !text.isEmpty
            {
                source = variable
                texts =
                    description.isRepeating && description.kind != .flag
                    ? text.split(separator: ",").map(String.init) : [text]
            }
            if !texts.isEmpty {
                problems += field.accept(texts).map { "\(source): \($0.reason)" }
            } else if description.isRequired, !valueless.contains(index) {
                let variable = description.environment.map { " (or \($0))" } ?? ""
                missing.append(description.titleWithValue + variable)
            }
        }
        if !missing.isEmpty { problems.append("missing: " + missing.joined(separator: ", ")) }
    }

    /// Words by place: each argument takes what those behind it do not need.
    private mutating func assignPositional() {
        var rest = positional[...]
        let arguments = fields.indices.filter { fields[$0].description.kind == .argument }
        for (place, index) in arguments.enumerated() {
            let description = fields[index].description
            let needed = arguments[(place + 1)...].count { fields[$0].description.isRequired }
            let free = max(description.isRequired ? 1 : 0, rest.count - needed)
            let taken = min(rest.count, description.isRepeating ? free : min(1, free))
            given[index] += rest.prefix(taken)
            rest = rest.dropFirst(taken)
        }
        if !hasUnknownOption {
            problems += rest.map { "unexpected argument \(quoted($0))" }
        }
    }
}
