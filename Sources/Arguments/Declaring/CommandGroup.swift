/// A command that only holds subcommands: it has no options of its own and is never run.
public protocol CommandGroup: ParsableCommand {}

extension CommandGroup {
    public mutating func run() {}
}
