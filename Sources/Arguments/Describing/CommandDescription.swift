/// A command with all below it, as data: what help, completion and manual pages are made of.
public struct CommandDescription: Sendable {
    /// From the program's name down: `["kerfuffle", "schedule", "diff"]`.
    public internal(set) var path: [String]
    public let aliases: [String]
    public let abstract: String
    public let discussion: String
    public let examples: [CommandExample]
    /// In the order of declaration, groups in their place; `--help` and `--version` last.
    public internal(set) var parameters: [ParameterDescription]
    public internal(set) var subcommands: [CommandDescription]
    public let version: String?
    /// Of the program.
    public let exitCodes: [ExitCodeHelp]

    public var name: String { path.last ?? "" }

    /// - Parameter root: the program's root command.
    public init(_ root: any ParsableCommand.Type) {
        self.init(root, parents: [], version: root.configuration.version)
    }

    /// - Parameter depth: how far down commands are described whole: those below have names and an abstract
    ///   alone, which costs a hundredth.
    init(
        _ command: any ParsableCommand.Type, parents: [String], version: String?, depth: Int = .max
    ) {
        let configuration = command.configuration
        let path = parents + [configuration.name]
        self.path = path
        aliases = configuration.aliases
        abstract = configuration.abstract
        discussion = configuration.discussion.replacing("PROGRAM", with: path[0])
        examples = configuration.examples
        let isWhole = depth > 0
        var parameters =
            isWhole && command.commands.isEmpty ? fields(of: command.init()).map(\.1) : []
        parameters.append(helpFlag)
        if parents.isEmpty, version != nil { parameters.append(versionFlag) }
        self.parameters = parameters
        let types = isWhole ? command.subcommandTypes(isRoot: parents.isEmpty) : []
        subcommands = types.map {
            CommandDescription($0, parents: path, version: version, depth: depth - 1)
        }
        self.version = version
        exitCodes = configuration.exitCodes
    }

    /// All commands, this one first, each before those below it.
    public var all: [CommandDescription] { [self] + subcommands.flatMap(\.all) }
}

extension ParsableCommand {
    static var commands: [any ParsableCommand.Type] { configuration.subcommands }

    /// With the commands that every program has.
    static func subcommandTypes(isRoot: Bool) -> [any ParsableCommand.Type] {
        isRoot && !commands.isEmpty
            ? commands + [HelpCommand.self, CompletionCommand.self, ManualCommand.self] : commands
    }
}

/// The fields of a value in the order of declaration, each with its description.
func fields(of arguments: any ParsableArguments) -> [(any ArgumentField, ParameterDescription)] {
    Mirror(reflecting: arguments).children.flatMap { child in
        // A wrapped property `seed` is stored as `_seed`.
        let label = String((child.label ?? "").drop { $0 == "_" })
        if let field = child.value as? any ArgumentField {
            return [(field, field.description(label: label))]
        }
        guard let group = child.value as? any ArgumentGroup else { return [] }
        return fields(of: group.arguments).map { field, description in
            var description = description
            description.group = description.group ?? group.title
            return (field, description)
        }
    }
}

/// A value and the groups within it, innermost first.
func validated(_ arguments: any ParsableArguments) throws {
    for child in Mirror(reflecting: arguments).children {
        if let group = child.value as? any ArgumentGroup { try validated(group.arguments) }
    }
    try arguments.validate()
}

private let helpFlag = builtIn("help", short: ["h"], "Show this help.")
private let versionFlag = builtIn("version", short: [], "Show the version.")

private func builtIn(_ name: String, short: [Character], _ help: String) -> ParameterDescription {
    ParameterDescription(
        kind: .flag, longNames: [name], shortNames: short, negatedNames: [], valueName: "",
        help: help, example: nil, defaultText: nil, environment: nil, isRequired: false,
        isRepeating: false, completion: .none)
}
