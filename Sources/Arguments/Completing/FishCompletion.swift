/// One `complete` line a word, each behind a test of the command it belongs to.
struct FishCompletion {
    let root: CommandDescription

    private var function: String { "_" + shellIdentifier(root.path) }

    init(_ root: CommandDescription) { self.root = root }

    var script: String {
        """
        # Completion for \(root.name) in fish
        function \(function)_at
            set -l path \(quoted(root.name))
            set -l words (commandline -opc)
            for word in $words[2..-1]
                switch "$path $word"
        \(descents)
                end
            end
            test "$path" = "$argv"
        end

        function \(function)_files
            set -l word (commandline -ct)
            for ending in $argv
                for path in $word*$ending
                    echo $path
                end
            end
        end

        complete -c \(root.name) -f
        \(root.all.flatMap { lines($0) }.joined(separator: "\n"))

        """
    }

    private var descents: String {
        root.all.flatMap { command in
            command.subcommands.map { child in
                let patterns = ([child.name] + child.aliases).map {
                    quoted((command.path + [$0]).joined(separator: " "))
                }
                return "            case \(patterns.joined(separator: " "))\n"
                    + "                set path \(quoted(child.path.joined(separator: " ")))"
            }
        }.joined(separator: "\n")
    }

    private func lines(_ command: CommandDescription) -> [String] {
        let place = quoted("\(function)_at \(command.path.joined(separator: " "))")
        let front = "complete -c \(root.name) -n \(place)"
        let children = command.subcommands.map { child in
            "\(front) -a \(quoted(child.name)) -d \(quoted(shortHelp(child.abstract)))"
        }
        let parameters = command.parameters.flatMap { parameter -> [String] in
            let help = "-d \(quoted(shortHelp(parameter.help)))"
            switch parameter.kind {
            case .argument:
                return values(parameter.completion, isOption: false).map {
                    "\(front) \($0) \(help)"
                }
            case .flag, .option:
                let names =
                    parameter.shortNames.map { "-s \(quoted(String($0)))" }
                    + (parameter.longNames + parameter.negatedNames).map { "-l \(quoted($0))" }
                let value =
                    parameter.kind == .option
                    ? values(parameter.completion, isOption: true).map { " \($0)" }.joined() : ""
                return ["\(front) \(names.joined(separator: " "))\(value) \(help)"]
            }
        }
        return children + parameters
    }

    private func values(_ kind: CompletionKind, isOption: Bool) -> [String] {
        switch kind {
        case .none, .commands: return isOption ? ["-x"] : []
        case .words(let words):
            return ["\(isOption ? "-x " : "")-a \(quoted(words.joined(separator: " ")))"]
        case .directories:
            return ["\(isOption ? "-x " : "")-a '(__fish_complete_directories)'"]
        case .files(let extensions) where extensions.isEmpty: return [isOption ? "-r -F" : "-F"]
        case .files(let extensions):
            let patterns = (["/"] + extensions.map { "." + $0 }).map(quoted)
            let call = "(\(function)_files \(patterns.joined(separator: " ")))"
            return ["\(isOption ? "-x " : "")-a \(quoted(call))"]
        }
    }

    /// In fish, a backslash counts within single quotes too.
    private func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
