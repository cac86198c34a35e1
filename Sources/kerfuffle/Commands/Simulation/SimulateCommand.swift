import Arguments
import Foundation
import Interchange
import Reporting
import Simulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "simulate",
        abstract: "Run a topology once, in virtual time, and say what came of it.",
        discussion:
            "The same topology and seed give the same run on any machine; the fingerprint says so. Ends "
            + "with 1 where an invariant of the topology does not hold.",
        examples: [
            CommandExample(
                "kerfuffle simulate topologies/ticketrush-naive.yaml --seed s1",
                "One run of the topology's own strategy"),
            CommandExample(
                "kerfuffle simulate topologies/ticketrush-naive.yaml --strategy optimistic --trace "
                    + "--messages 20",
                "Everything that happens in a short run, line by line"),
        ])

    @OptionGroup var input: TopologyOptions

    @Option(help: ArgumentHelp("How conflicts are kept away; none: the topology's own."))
    var strategy: Strategy?

    @Option(help: ArgumentHelp("The seed of every draw: any text.", example: "s1"))
    var seed: String?

    @Flag(help: "Print all that happens, a line each, before the result.")
    var trace = false

    @Option(
        help: ArgumentHelp(
            "Draw what broke an invariant as a timeline: SVG. In text it is printed anyway.",
            valueName: "file.svg"),
        completion: .files(extensions: ["svg"]))
    var timeline: String?

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            let topology = try input.read()
            let chosen = strategy ?? topology.strategy
            let result: RunResult
            if trace {
                let names = SiteNames(topology, chosen)
                let lines = try TextOutput()
                var failure: (any Error)?
                result = topology.run(chosen, seed: seed) { entry in
                    lines.text.append(text: "\(TraceLine(entry, names))\n")
                    do { try lines.flushIfLarge() } catch { failure = failure ?? error }
                }
                if let failure { throw failure }
                try lines.flush()
            } else {
                result = topology.run(chosen, seed: seed)
            }
            let report = RunReport(result)
            let timelines = result.broken.compactMap { violation in
                Interleaving(violation, topology, chosen, seed: result.seed)?.timeline
            }
            let drawn = timelines.map { "\n\(TimelineText($0).text)" }.joined()
            try output.print(text: report.text + drawn, json: report.json)
            if let timeline, let first = timelines.first {
                try Data(TimelineDrawing(first).svg.utf8).write(to: URL(fileURLWithPath: timeline))
            }
            if !result.broken.isEmpty { throw ExitCode(rawValue: Ending.difference.rawValue) }
        }
    }
}
