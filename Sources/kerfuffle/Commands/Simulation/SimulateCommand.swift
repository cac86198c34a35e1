import Arguments
import Checking
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

    @Option(
        help: ArgumentHelp(
            "Of several broken invariants, the one that is drawn; none: the first.",
            example: "noLostUpdate"))
    var invariant: Invariant?

    @Flag(
        help:
            ArgumentHelp(
                "Keep all that was read and written, and name the anomalies in it: lost updates, dirty and "
                    + "stale reads, G0 to G2-item."))
    var anomalies = false

    @Option(
        help: ArgumentHelp(
            "Write the run's choices other than the default, for replay-trace.", valueName: "file"),
        completion: .files(extensions: []))
    var choicesOut: String?

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            for path in [timeline, choicesOut].compactMap({ $0 }) { try ResultFile.check(path) }
            let topology = try input.read()
            let chosen = strategy ?? topology.strategy
            var recorder = anomalies ? HistoryRecorder(topology) : nil
            let result = try run(topology, chosen, &recorder)
            let timelines = result.broken.compactMap { violation in
                Interleaving(violation, topology, chosen, seed: result.seed)?.timeline
            }
            let drawn = timelines.map { "\n\(TimelineText($0).text)" }.joined()
            let found = recorder.map { AnomalyReport($0, SiteNames(topology, chosen)) }
            let report = RunReport(result)
            try output.print(
                text: report.text + (found.map { "\n\($0.text)" } ?? "") + drawn,
                json: report.json(anomalies: found))
            if let timeline {
                if let first = timelines.first(where: isWanted) {
                    try ResultFile.write(TimelineDrawing(first).svg, to: timeline)
                } else {
                    warn(["\(timeline) is not written: there is no break to draw"])
                }
            }
            if !result.broken.isEmpty { throw ExitCode(rawValue: Ending.difference.rawValue) }
        }
    }

    /// The run, with its trace and its choices where they are asked for.
    private func run(
        _ topology: Topology, _ chosen: Strategy, _ recorder: inout HistoryRecorder?
    ) throws -> RunResult {
        let names = SiteNames(topology, chosen)
        let lines = try TextOutput()
        var failure: (any Error)?
        let isTraced = trace
        var kept = recorder
        func show(_ entry: TraceEntry) {
            kept?.record(entry)
            guard isTraced else { return }
            lines.text.append(text: "\(TraceLine(entry, names))\n")
            do { try lines.flushIfLarge() } catch { failure = failure ?? error }
        }
        let observer = trace || kept != nil ? show : nil
        let result: RunResult
        if let choicesOut {
            let (run, choices) = topology.recorded(chosen, seed: seed, observer: observer)
            try ResultFile.write(choices.text(topology), to: choicesOut)
            result = run
        } else {
            result = topology.run(chosen, seed: seed, observer: observer)
        }
        if let failure { throw failure }
        try lines.flush()
        recorder = kept
        return result
    }

    private func isWanted(_ timeline: Timeline) -> Bool {
        invariant.map { timeline.title.hasPrefix("\($0.rawValue):") } ?? true
    }
}

extension Invariant: ExpressibleByArgument {}
