/// A command's page for `man`, in the macros of man(7): what `--help` says, in the parts that manuals
/// have. Equal declarations give equal bytes; no date is in it.
struct ManualPage {
    private let command: CommandDescription
    private let root: CommandDescription

    init(_ command: CommandDescription, of root: CommandDescription) {
        self.command = command
        self.root = root
    }

    /// `kerfuffle-schedule-diff`: how man(1) is asked for it.
    static func name(of path: [String]) -> String { path.joined(separator: "-") }

    var text: String {
        var page = Roff()
        let name = Self.name(of: command.path)
        page.comment("Written by \(root.name) manual from the program's own declarations.")
        page.request(
            "TH", [name.uppercased(), "1", "", root.version ?? root.name, "User Commands"])
        page.request("SH", ["NAME"])
        page.line("\(Roff.escaped(name)) \\- \(Roff.escaped(shortHelp(command.abstract)))")
        page.request("SH", ["SYNOPSIS"])
        page.line(synopsis)
        if !command.discussion.isEmpty { discussion(into: &page) }
        parameters(into: &page)
        commands(into: &page)
        environment(into: &page)
        exitCodes(into: &page)
        examples(into: &page)
        seeAlso(into: &page)
        return page.text
    }

    private var synopsis: String {
        let words = usageLine(of: command).split(separator: " ").dropFirst().map(String.init)
        let name = Roff.bold(words.prefix(command.path.count).joined(separator: " "))
        let rest = words.dropFirst(command.path.count).map { word in
            word.hasPrefix("-") ? Roff.bold(word) : Self.placeholders(word)
        }
        return ([name] + rest).joined(separator: " ")
    }

    /// `<file>` in italics, whatever stands around it.
    private static func placeholders(_ word: String) -> String {
        guard let open = word.firstIndex(of: "<"), let close = word.lastIndex(of: ">"), open < close
        else { return Roff.escaped(word) }
        return Roff.escaped(String(word[..<open]))
            + Roff.italic(String(word[word.index(after: open)..<close]))
            + Roff.escaped(String(word[word.index(after: close)...]))
    }

    private func discussion(into page: inout Roff) {
        page.request("SH", ["DESCRIPTION"])
        var isFirst = true
        for line in command.discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                page.request("PP")
                isFirst = true
                continue
            }
            if !isFirst { page.request("br") }
            page.line(Roff.escaped(String(line)))
            isFirst = false
        }
    }

    private func parameters(into page: inout Roff) {
        let arguments = command.parameters.filter { $0.kind == .argument }
        if !arguments.isEmpty {
            page.request("SH", ["ARGUMENTS"])
            for argument in arguments {
                let many = argument.isRepeating ? "..." : ""
                entry(Roff.italic(argument.valueName) + many, argument.helpWithNotes, into: &page)
            }
        }
        page.request("SH", ["OPTIONS"])
        let options = command.parameters.filter { $0.kind != .argument }
        for group in optionGroups(of: options) {
            if let group { page.request("SS", [group]) }
            for option in options where option.group == group {
                let names = option.spelledNames.map(Roff.bold).joined(separator: ", ")
                let value = option.kind == .option ? " \(Roff.italic(option.valueName))" : ""
                entry(names + value, option.helpWithNotes, into: &page)
            }
        }
    }

    private func commands(into page: inout Roff) {
        if command.subcommands.isEmpty { return }
        page.request("SH", ["COMMANDS"])
        for child in command.subcommands {
            let names = ([child.name] + child.aliases).map(Roff.bold).joined(separator: ", ")
            entry(names, child.abstract, into: &page)
        }
    }

    private func environment(into page: inout Roff) {
        var known: [(variable: String, options: [String])] = []
        for parameter in command.subcommands.flatMap(\.all).flatMap(\.parameters)
            + command.parameters
        {
            guard let variable = parameter.environment else { continue }
            let index = known.firstIndex { $0.variable == variable }
            if let index, !known[index].options.contains(parameter.title) {
                known[index].options.append(parameter.title)
            } else if index == nil {
                known.append((variable, [parameter.title]))
            }
        }
        if known.isEmpty { return }
        page.request("SH", ["ENVIRONMENT"])
        for (variable, options) in known {
            entry(
                Roff.bold(variable),
                "The value of \(options.joined(separator: " and ")) where it is not given.",
                into: &page)
        }
    }

    private func exitCodes(into page: inout Roff) {
        if root.exitCodes.isEmpty { return }
        page.request("SH", ["EXIT STATUS"])
        for code in root.exitCodes {
            entry(Roff.bold(String(code.code)), code.meaning, into: &page)
        }
    }

    private func examples(into page: inout Roff) {
        if command.examples.isEmpty { return }
        page.request("SH", ["EXAMPLES"])
        for example in command.examples {
            page.request("PP")
            page.line(Roff.escaped(example.purpose) + ":")
            page.request("PP")
            page.request("RS", ["4"])
            page.request("nf")
            page.line(Roff.escaped(example.command))
            page.request("fi")
            page.request("RE")
        }
    }

    private func seeAlso(into page: inout Roff) {
        var others = command.subcommands.map(\.path)
        if command.path.count > 1 { others.insert(Array(command.path.dropLast()), at: 0) }
        if others.isEmpty { return }
        page.request("SH", ["SEE ALSO"])
        page.line(
            others.map { "\(Roff.bold(Self.name(of: $0)))(1)" }.joined(separator: ",\n"))
    }

    private func entry(_ title: String, _ help: String, into page: inout Roff) {
        page.request("TP")
        page.line(title)
        page.line(Roff.escaped(help))
    }
}
