/// The text of `--help`.
struct HelpText {
    private let command: CommandDescription
    private let width: Int
    private let indent = 26

    init(_ command: CommandDescription, width: Int) {
        self.command = command
        self.width = max(width, 40)
    }

    var text: String {
        var sections = [wrapped(command.abstract, indent: 0), usageLine(of: command)]
        if !command.discussion.isEmpty { sections.append(discussion) }
        let arguments = command.parameters.filter { $0.kind == .argument }
        sections += section("Arguments", arguments.map { (left($0), $0.helpWithNotes) })
        let options = command.parameters.filter { $0.kind != .argument }
        for group in optionGroups(of: options) {
            let rows = options.filter { $0.group == group }.map { (left($0), $0.helpWithNotes) }
            sections += section(group ?? "Options", rows)
        }
        let children = command.subcommands.map {
            (([$0.name] + $0.aliases).joined(separator: ", "), $0.abstract)
        }
        sections += section("Commands", children)
        if !command.examples.isEmpty { sections.append(examples) }
        if !children.isEmpty {
            sections.append("More on a command: \(command.path[0]) help \(helpPath)")
        }
        return sections.joined(separator: "\n\n") + "\n"
    }

    private var helpPath: String {
        (command.path.dropFirst() + ["<command>"]).joined(separator: " ")
    }

    private var discussion: String {
        command.discussion.split(separator: "\n", omittingEmptySubsequences: false)
            .map { wrapped(String($0), indent: 0) }.joined(separator: "\n")
    }

    private var examples: String {
        "Examples:\n"
            + command.examples.map { example in
                wrapped("  " + example.purpose, indent: 2) + "\n    " + example.command
            }.joined(separator: "\n")
    }

    private func section(_ title: String, _ rows: [(String, String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let lines = rows.map { name, help in
            let front = "  " + name
            let body = wrapped(String(repeating: " ", count: indent) + help, indent: indent)
            return front.count + 2 <= indent
                ? front + body.dropFirst(front.count) : front + "\n" + body
        }
        return ["\(title):\n" + lines.joined(separator: "\n")]
    }

    private func left(_ parameter: ParameterDescription) -> String {
        guard parameter.kind != .argument else {
            return parameter.title + (parameter.isRepeating ? "..." : "")
        }
        let names = parameter.spelledNames.joined(separator: ", ")
        let front = parameter.shortNames.isEmpty ? "    " + names : names
        return parameter.kind == .flag ? front : front + " <\(parameter.valueName)>"
    }

    /// Lines of at most `width`, those after the first indented; leading spaces are kept.
    private func wrapped(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        var line = String(text.prefix { $0 == " " })
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent)
                isEmpty = true
            }
            line += isEmpty ? word : " \(word)"
            isEmpty = false
        }
        return (lines + [line]).joined(separator: "\n")
    }
}

/// Named groups in the order of their first option, the others first.
func optionGroups(of options: [ParameterDescription]) -> [String?] {
    options.reduce(into: [nil]) { groups, option in
        if !groups.contains(option.group) { groups.append(option.group) }
    }
}

/// `Usage: kerfuffle proxy [options] --seed <text> <input> [<output>]`.
func usageLine(of command: CommandDescription) -> String {
    var words = ["Usage:"] + command.path
    if !command.subcommands.isEmpty {
        words.append("<command>")
    } else {
        words.append("[options]")
        for parameter in command.parameters {
            let many = parameter.isRepeating ? "..." : ""
            switch (parameter.kind, parameter.isRequired) {
            case (.argument, true): words.append(parameter.title + many)
            case (.argument, false): words.append("[\(parameter.title)]\(many)")
            case (_, true): words.append(parameter.titleWithValue)
            case (_, false): continue
            }
        }
    }
    return words.joined(separator: " ")
}
