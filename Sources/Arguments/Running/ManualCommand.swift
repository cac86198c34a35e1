/// `kerfuffle manual schedule diff`: prints a page for man(1).
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "manual", abstract: "Print a page of the manual.",
        discussion: """
            To read it at once: PROGRAM manual COMMAND | man -l -
            To install every page: --list prints the name of each, and the command it is of.
            """)

    @Flag(help: "Print the names of all pages, each with its command.")
    var list = false

    @Argument(help: "The command, from the outside in; none: the program.", completion: .commands)
    var command: [String] = []

    func validate() throws {
        if list && !command.isEmpty { throw ValidationError("--list is of all commands") }
    }

    /// The parser answers it.
    mutating func run() {}
}
