extension CommandDescription {
    /// This command as a shell is to know it: where an argument is the name of a command
    /// (``CompletionKind/commands``), the names of the program's stand as commands below it, so that
    /// one proposal leads to the next.
    func completed(by program: CommandDescription) -> CommandDescription {
        var command = self
        if parameters.contains(where: \.namesCommands) {
            command.parameters.removeAll(where: \.namesCommands)
            command.subcommands = program.subcommands.map { $0.named(below: path) }
        } else {
            command.subcommands = subcommands.map { $0.completed(by: program) }
        }
        return command
    }

    /// The name alone, and those of what is below it.
    private func named(below parents: [String]) -> CommandDescription {
        var command = self
        command.path = parents + [name]
        command.parameters = []
        command.subcommands = subcommands.map { $0.named(below: command.path) }
        return command
    }
}

extension ParameterDescription {
    fileprivate var namesCommands: Bool { kind == .argument && completion == .commands }
}
