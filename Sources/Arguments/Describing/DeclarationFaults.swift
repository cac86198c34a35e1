extension CommandDescription {
    /// Mistakes in the declarations of this command and those below it, for a program's own test:
    /// a name given twice, an argument that can never be reached, help or an example missing.
    public var declarationFaults: [String] { all.flatMap(\.ownFaults) }

    private var ownFaults: [String] {
        var faults: [String] = []
        var seen: Set<String> = []
        for name in parameters.flatMap(\.spelledNames)
            + subcommands.flatMap({ [$0.name] + $0.aliases })
        where !seen.insert(name).inserted {
            faults.append("\(name) is declared twice")
        }
        if abstract.isEmpty { faults.append("there is no abstract") }
        for parameter in parameters where parameter.help.isEmpty {
            faults.append("\(parameter.title) has no help")
        }
        let arguments = parameters.filter { $0.kind == .argument }
        if arguments.count(where: \.isRepeating) > 1 {
            faults.append("two arguments take any number of words")
        }
        if subcommands.isEmpty, examples.isEmpty, !["help", "completion", "manual"].contains(name) {
            faults.append("there is no example")
        }
        let line = path.joined(separator: " ")
        for example in examples where !"\(example.command) ".hasPrefix("\(line) ") {
            faults.append("the example \(quoted(example.command)) does not begin with the command")
        }
        return faults.map { "\(line): \($0)" }
    }
}
