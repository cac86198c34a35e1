/// `kerfuffle help schedule diff`: the same as `kerfuffle schedule diff --help`.
struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "help", abstract: "Show the help of a command.")

    @Argument(help: "The command, from the outside in.", completion: .commands)
    var command: [String] = []

    /// The parser answers it.
    mutating func run() {}
}
