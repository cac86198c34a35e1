import Arguments
import Simulation

struct TopologyCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "topology", abstract: "Check topologies.",
        subcommands: [TopologyCheckCommand.self])
}

struct TopologyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "check", abstract: "Say everything that is wrong in a topology.",
        discussion:
            "Every problem has its line, its path, what was found and what is accepted. Ends with 0 "
            + "where all is well and with 65 where it is not.",
        examples: [
            CommandExample("kerfuffle topology check flash-sale.yaml", "Look a topology over")
        ])

    @Argument(
        help: "The topologies.", completion: .files(extensions: ["yaml", "yml", "json"]))
    var topology: [String]

    mutating func run() throws {
        try reporting {
            var problems: [String] = []
            for path in topology {
                do {
                    let read = try TopologyFile.read(path)
                    try show(
                        "\(path): \(read.sources.count) sources, \(read.queues.count) queues, "
                            + "\(read.handlers.count) handlers, \(read.stores.count) stores\n")
                } catch {
                    problems.append(Failure(error).description)
                }
            }
            if !problems.isEmpty {
                throw Failure(.input, problems.joined(separator: "\n"))
            }
        }
    }
}
