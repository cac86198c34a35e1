/// A function for `complete -F`, for bash 3.2 and later, without the bash-completion package.
struct BashCompletion {
    let root: CommandDescription
    private var function: String { shellIdentifier(root.path) }

    init(_ root: CommandDescription) { self.root = root }

    var script: String {
        """
        # Completion for \(root.name) in bash: source <(\(root.name) completion bash)
        \(function)_offer() {
            local word
            while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@" -- "$current")
        }

        \(function)_offer_files() {
            compopt -o filenames 2>/dev/null
            \(function)_offer "$@"
        }

        \(function)() {
            local current="${COMP_WORDS[COMP_CWORD]}" before="" path=\(shellQuoted(root.name))
            local index word options=1
            COMPREPLY=()
            ((COMP_CWORD > 0)) && before="${COMP_WORDS[COMP_CWORD - 1]}"
            # bash cuts --option=value into three words.
            if [[ $current == "=" ]]; then
                current=""
            elif [[ $before == "=" ]] && ((COMP_CWORD > 1)); then
                before="${COMP_WORDS[COMP_CWORD - 2]}"
            fi
            for ((index = 1; index < COMP_CWORD; index++)); do
                word="${COMP_WORDS[index]}"
                if [[ $word == "--" ]]; then
                    options=0
                    before=""
                fi
                case "$path $word" in
        \(descents)
                *) ;;
                esac
            done
            case "$path $before" in
        \(values)
            *) ;;
            esac
            case "$path" in
        \(words)
            esac
        }

        complete -F \(function) \(root.name)

        """
    }

    /// Which words lead from a command into one below it.
    private var descents: String {
        lines { command in
            command.subcommands.map { child in
                let patterns = ([child.name] + child.aliases).map { pattern(command.path + [$0]) }
                return
                    "        \(patterns.joined(separator: " | "))) path=\(pattern(child.path)) ;;"
            }
        }
    }

    /// What may follow an option that takes a value.
    private var values: String {
        lines { command in
            command.parameters.filter { $0.kind == .option }.flatMap { option in
                let patterns = option.spelledNames.map { pattern(command.path + [$0]) }
                return ["    \(patterns.joined(separator: " | ")))"]
                    + offers(option.completion) + ["        return", "        ;;"]
            }
        }
    }

    /// What may stand at any other place of a command.
    private var words: String {
        lines { command in
            let options = command.parameters.flatMap(\.spelledNames).joined(separator: " ")
            let names = command.subcommands.map(\.name)
            var kinds: [CompletionKind] = names.isEmpty ? [] : [.words(names)]
            for argument in command.parameters where argument.kind == .argument {
                if !kinds.contains(argument.completion) { kinds.append(argument.completion) }
            }
            let values = kinds.flatMap(offers)
            return ["    \(pattern(command.path)))"]
                + ["        if ((options)) && [[ $current == -* ]]; then"]
                + ["            \(function)_offer -W \(shellQuoted(options))"]
                + (values.isEmpty ? [] : ["        else"] + values.map { "    " + $0 })
                + ["        fi", "        ;;"]
        }
    }

    private func offers(_ kind: CompletionKind) -> [String] {
        switch kind {
        case .none, .commands: []
        case .words(let words):
            ["        \(function)_offer -W \(shellQuoted(words.joined(separator: " ")))"]
        case .directories: ["        \(function)_offer_files -d"]
        case .files(let extensions) where extensions.isEmpty:
            ["        \(function)_offer_files -f"]
        case .files(let extensions):
            ["        \(function)_offer_files -d"]
                + extensions.map {
                    "        \(function)_offer_files -f -X \(shellQuoted("!*.\($0)"))"
                }
        }
    }

    private func lines(_ each: (CommandDescription) -> [String]) -> String {
        root.all.flatMap(each).map { "    " + $0 }.joined(separator: "\n")
    }

    private func pattern(_ words: [String]) -> String {
        shellQuoted(words.joined(separator: " "))
    }
}
