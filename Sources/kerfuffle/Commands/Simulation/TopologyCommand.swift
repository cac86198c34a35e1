import Arguments
import Reporting
import Simulation

struct TopologyCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "topology", abstract: "Check and explain topologies.",
        subcommands: [TopologyCheckCommand.self, TopologyExplainCommand.self])
}

struct TopologyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "check", abstract: "Say everything that is wrong in a topology.",
        discussion:
            "Every problem has its line, its path, what was found and what is accepted. Ends with 0 "
            + "where all is well, with 65 where it is not, and with 74 where a file cannot be read.",
        examples: [
            CommandExample("kerfuffle topology check flash-sale.yaml", "Look a topology over")
        ])

    @Argument(
        help: "The topologies.", completion: .files(extensions: ["yaml", "yml", "json"]))
    var topology: [String]

    mutating func run() throws {
        try reporting {
            var problems: [Failure] = []
            for path in topology {
                do {
                    let read = try TopologyFile.read(path)
                    try show(
                        "\(path): \(read.sources.count) sources, \(read.queues.count) queues, "
                            + "\(read.handlers.count) handlers, \(read.stores.count) stores\n")
                } catch {
                    problems.append(Failure(error))
                }
            }
            // A file that cannot be read is the lesser news where another is wrong in itself.
            if let worst = problems.first(where: { $0.ending == .input }) ?? problems.first {
                throw Failure(
                    worst.ending, problems.map(\.description).joined(separator: "\n"))
            }
        }
    }
}

struct TopologyExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "explain",
        abstract: "Print every value that a topology runs with, and where it comes from.",
        discussion:
            "A value stands in the file, or a preset says so (with the version that was looked at, and "
            + "where that is said), or nobody says anything and a default holds. Other topologies are "
            + "refused as by `topology check`.",
        examples: [
            CommandExample(
                "kerfuffle topology explain topologies/nservicebus-defaults.yaml",
                "What a preset brings, and what else was not written"),
            CommandExample(
                "kerfuffle topology explain flash-sale.yaml --format json", "The same for programs"),
        ])

    @Argument(
        help: "The topology.", completion: .files(extensions: ["yaml", "yml", "json"]))
    var topology: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            let explanation = TopologyExplanation(try TopologyFile.open(topology))
            let report = TopologyExplanationReport(explanation, of: topology)
            try output.print(text: report.text, json: report.json)
        }
    }
}
