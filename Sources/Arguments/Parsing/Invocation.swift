/// What a command line asks for.
public enum Invocation: Sendable {
    /// A command with all its values.
    case run(any ParsableCommand, CommandDescription)
    /// A text for standard output: help, version, a completion script.
    case show(String)
    case refused(UsageError)
}
