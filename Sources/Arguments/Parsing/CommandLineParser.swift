/// Turns arguments and environment into a command value: no effects, the same for the same input.
public struct CommandLineParser: Sendable {
    private let root: any ParsableCommand.Type
    private let environment: [String: String]
    /// Columns of help.
    private let width: Int

    /// - Parameters:
    ///   - environment: where options find what the arguments do not say.
    ///   - width: columns that help may fill.
    public init(
        _ root: any ParsableCommand.Type, environment: [String: String] = [:], width: Int = 80
    ) {
        self.root = root
        self.environment = environment
        self.width = width
    }

    /// - Parameter arguments: without the program's name.
    public func parse(_ arguments: [String]) -> Invocation {
        // Each command on the way, with the names of those below: all of them take longer than most work does.
        var command = root
        var description = CommandDescription(
            root, parents: [], version: root.configuration.version, depth: 1)
        var rest = arguments[...]
        while !description.subcommands.isEmpty {
            guard let word = rest.popFirst() else {
                return refused(description, ["no command is given; \(list(description))"])
            }
            switch word {
            case "-h", "--help": return .show(HelpText(description, width: width).text)
            case "--version" where description.path.count == 1 && description.version != nil:
                return .show((description.version ?? "") + "\n")
            default: break
            }
            var named = description.subcommands.firstIndex { $0.isCalled(word) }
            if named == nil, let fallback = command.configuration.fallback {
                named = description.subcommands.firstIndex { $0.name == fallback }
                rest = [word] + rest
            }
            guard let index = named else {
                return refused(description, [unknown(word, in: description)])
            }
            command = command.subcommandTypes(isRoot: description.path.count == 1)[index]
            description = CommandDescription(
                command, parents: description.path, version: description.version, depth: 1)
        }
        return leaf(command, description, Array(rest))
    }

    private func leaf(
        _ type: any ParsableCommand.Type, _ description: CommandDescription, _ words: [String]
    ) -> Invocation {
        let command = type.init()
        var scan = ArgumentScan(fields(of: command))
        switch scan.read(words) {
        case .help: return .show(HelpText(description, width: width).text)
        case .version:
            if let version = description.version { return .show(version + "\n") }
            return refused(description, ["unknown option --version"])
        case nil: break
        }
        scan.fill(environment: environment)
        guard scan.problems.isEmpty else { return refused(description, scan.problems) }
        do {
            try validated(command)
        } catch let error as ValidationError {
            return refused(description, error.messages)
        } catch {
            return refused(description, ["\(error)"])
        }
        switch command {
        case let help as HelpCommand: return self.help(help.command, CommandDescription(root))
        case let completion as CompletionCommand:
            return .show(completion.shell.script(for: CommandDescription(root)))
        case let manual as ManualCommand: return self.manual(manual, CommandDescription(root))
        default: return .run(command, description)
        }
    }

    private func help(_ words: [String], _ whole: CommandDescription) -> Invocation {
        found(words, in: whole) { HelpText($0, width: width).text }
    }

    private func manual(_ manual: ManualCommand, _ whole: CommandDescription) -> Invocation {
        if manual.list {
            let lines = whole.all.map { command in
                (["\(ManualPage.name(of: command.path)).1"] + command.path.dropFirst())
                    .joined(separator: " ")
            }
            return .show(lines.joined(separator: "\n") + "\n")
        }
        return found(manual.command, in: whole) { ManualPage($0, of: whole).text }
    }

    /// What is to be shown of the command that these words lead to.
    private func found(
        _ words: [String], in whole: CommandDescription, _ text: (CommandDescription) -> String
    ) -> Invocation {
        var description = whole
        for word in words {
            guard let next = description.subcommands.first(where: { $0.isCalled(word) }) else {
                return refused(description, [unknown(word, in: description)])
            }
            description = next
        }
        return .show(text(description))
    }

    private func unknown(_ word: String, in description: CommandDescription) -> String {
        if word.hasPrefix("-"), word != "-" {
            return "unknown option \(word); options stand behind the command"
        }
        let names = description.subcommands.flatMap { [$0.name] + $0.aliases }
        let near = nearestName(to: word, among: names).map { "did you mean \($0)?" }
        return "unknown command \(quoted(word)); \(near ?? list(description))"
    }

    private func list(_ description: CommandDescription) -> String {
        "the commands are \(description.subcommands.map(\.name).joined(separator: ", "))"
    }

    private func refused(_ description: CommandDescription, _ messages: [String]) -> Invocation {
        .refused(
            UsageError(
                path: description.path, messages: messages, usage: usageLine(of: description)))
    }
}

extension CommandDescription {
    func isCalled(_ word: String) -> Bool { name == word || aliases.contains(word) }
}
