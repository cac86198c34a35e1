/// What a command is called, what help says of it, and which commands it holds.
public struct CommandConfiguration: Sendable {
    public var name: String
    public var aliases: [String]
    /// One sentence.
    public var abstract: String
    /// Paragraphs, parted by empty lines.
    public var discussion: String
    public var examples: [CommandExample]
    public var subcommands: [any ParsableCommand.Type]
    /// The subcommand that is meant where no other is named: `hunt FILE` is `hunt run FILE`.
    public var fallback: String?
    /// What `--version` prints; only the root's counts.
    public var version: String?
    /// What the program ends with; only the root's count.
    public var exitCodes: [ExitCodeHelp]

    public init(
        name: String, aliases: [String] = [], abstract: String, discussion: String = "",
        examples: [CommandExample] = [], subcommands: [any ParsableCommand.Type] = [],
        fallback: String? = nil, version: String? = nil, exitCodes: [ExitCodeHelp] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.abstract = abstract
        self.discussion = discussion
        self.examples = examples
        self.subcommands = subcommands
        self.fallback = fallback
        self.version = version
        self.exitCodes = exitCodes
    }
}
