/// One `_arguments` function a command; works autoloaded and sourced.
struct ZshCompletion {
    let root: CommandDescription

    init(_ root: CommandDescription) { self.root = root }

    var script: String {
        let function = shellIdentifier(root.path)
        return """
            #compdef \(root.name)
            # Completion for \(root.name) in zsh: source <(\(root.name) completion zsh)
            \(root.all.map(self.function).joined(separator: "\n"))
            if [[ "${funcstack[1]}" == "\(function)" ]]; then
                \(function) "$@"
            else
                compdef \(function) \(root.name)
            fi

            """
    }

    private func function(_ command: CommandDescription) -> String {
        let name = shellIdentifier(command.path)
        let options = listed(command.parameters).flatMap(specifications)
        guard !command.subcommands.isEmpty else {
            return """
                \(name)() {
                    _arguments -s -S \\
                \(options.map { "        \($0)" }.joined(separator: " \\\n"))
                }

                """
        }
        let children = command.subcommands.map { child in
            let label = child.name + ":" + escaped(shortHelp(child.abstract), ":")
            return "                \(shellQuoted(label))"
        }
        let calls = command.subcommands.map { child in
            let words = ([child.name] + child.aliases).joined(separator: "|")
            return "            \(words)) \(shellIdentifier(child.path)) && found=0 ;;"
        }
        let all = options + ["'1:command:->command'", "'*::argument:->argument'"]
        return """
            \(name)() {
                local context state state_descr line
                local -i found=1
                local -A opt_args
                _arguments -C -s -S \\
            \(all.map { "        \($0)" }.joined(separator: " \\\n")) && found=0
                case $state in
                    command)
                        local -a commands=(
            \(children.joined(separator: "\n"))
                        )
                        _describe command commands && found=0
                        ;;
                    argument)
                        case $words[1] in
            \(calls.joined(separator: "\n"))
                        esac
                        ;;
                esac
                return found
            }

            """
    }

    /// Without arguments behind one that takes any number of words: zsh takes those as more of it.
    private func listed(_ parameters: [ParameterDescription]) -> [ParameterDescription] {
        var isOpen = false
        return parameters.filter { parameter in
            guard parameter.kind == .argument else { return true }
            defer { isOpen = isOpen || parameter.isRepeating }
            return !isOpen
        }
    }

    /// Each name is a specification of its own; one excludes its others unless it may repeat.
    private func specifications(_ parameter: ParameterDescription) -> [String] {
        let help = escaped(shortHelp(parameter.help), "[]:")
        let value = "\(escaped(parameter.valueName, ":")):\(action(parameter.completion))"
        guard parameter.kind != .argument else {
            let many = parameter.isRepeating ? "*" : ""
            let optional = parameter.isRequired || parameter.isRepeating ? ":" : "::"
            return [shellQuoted("\(many)\(optional)\(value)")]
        }
        let names = parameter.spelledNames
        let front =
            parameter.isRepeating ? "*" : names.count > 1 ? "(\(names.joined(separator: " ")))" : ""
        return names.map { name in
            guard parameter.kind == .option else { return shellQuoted("\(front)\(name)[\(help)]") }
            // + : the value may follow at once or as the next word; = : also behind an =.
            return shellQuoted(
                "\(front)\(name)\(name.hasPrefix("--") ? "=" : "+")[\(help)]:\(value)")
        }
    }

    private func action(_ kind: CompletionKind) -> String {
        switch kind {
        case .none, .commands: "()"
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .directories: "_files -/"
        case .files(let extensions) where extensions.isEmpty: "_files"
        case .files(let extensions): "_files -g \"*.(\(extensions.joined(separator: "|")))(-.)\""
        }
    }

    private func escaped(_ text: String, _ letters: String) -> String {
        text.map { $0 == "\\" || letters.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
