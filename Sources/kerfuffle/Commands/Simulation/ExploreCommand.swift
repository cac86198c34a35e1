import Arguments
import Configuration
import Dispatch
import Exploration
import Reporting
import Simulation
import Synchronization

struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "explore",
        abstract:
            "Try every interleaving of a topology within bounds, and show the one that breaks it.",
        discussion:
            "Times play no part: what can happen at some time is tried, faults within the topology's "
            + "bounds included. Ends with 0 where all was seen and nothing found, with 1 where something "
            + "was found, and with 2 where time or executions were spent first.",
        examples: [
            CommandExample(
                "kerfuffle explore topologies/explore/lost-update.yaml",
                "The shortest interleaving that loses an update"),
            CommandExample(
                "kerfuffle explore topologies/explore/lost-update.yaml --under optimistic",
                "That there is none where versions are checked"),
            CommandExample(
                "kerfuffle explore topologies/explore/lost-update.yaml --strategy all --budget 60s",
                "All searches, on all cores, for a minute at most"),
        ])

    @OptionGroup var input: TopologyOptions

    @Option(help: ArgumentHelp("How executions are chosen; auto: exhaustively."))
    var strategy: SearchStrategy = .auto

    @Option(help: ArgumentHelp("How conflicts are kept away; none: the topology's own."))
    var under: Strategy?

    @Option(
        help: ArgumentHelp("The seed of keys and of searches that draw: any text.", example: "s1"))
    var seed: String?

    @Option(
        help: ArgumentHelp("When it stops at the latest.", example: "60s"),
        as: ArgumentType(.duration, valueName: "time", spell: { $0.spelled }))
    var budget: Duration?

    @Option(
        help: ArgumentHelp("How many executions are tried at most.", example: "100000"),
        as: ArgumentType(.integer.atLeast(1)))
    var executions: Int?

    @Option(
        help: ArgumentHelp("How many cores --strategy all uses; none: all.", example: "2"),
        as: ArgumentType(.integer.within(1...1024)))
    var threads: Int?

    @Option(
        help: ArgumentHelp("Draw what was found as a timeline: SVG.", valueName: "file.svg"),
        completion: .files(extensions: ["svg"]))
    var timeline: String?

    @Option(
        help: ArgumentHelp("Write the steps of what was found, for --replay.", valueName: "file"),
        completion: .files(extensions: []))
    var choicesOut: String?

    @Option(
        help: ArgumentHelp(
            "Make one execution again from its steps, and nothing else.", valueName: "file"),
        completion: .files(extensions: []))
    var replay: String?

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            for path in [timeline, choicesOut].compactMap({ $0 }) { try ResultFile.check(path) }
            let topology = try input.read()
            if let replay { return try again(topology, replay) }
            let model = try Model(topology, strategy: under, seed: seed)
            let search = explorer(model)
            let result = finished { await search.run() }
            let tried = result.counterexample.map { Prevention.all($0, model) } ?? []
            let report = ExplorationReport(result, model, tried)
            try output.print(text: report.text, json: report.json)
            if let found = result.counterexample { try write(found, model) }
            switch result.end {
            case .complete: return
            case .found: throw ExitCode(rawValue: Ending.difference.rawValue)
            case .stopped, .cut: throw ExitCode(rawValue: Ending.undecided.rawValue)
            }
        }
    }

    private func explorer(_ model: Model) -> Explorer {
        var explorer = Explorer(model)
        explorer.strategy = strategy
        explorer.threads = threads
        explorer.limits.executions = executions ?? .max
        if let budget {
            let end = ContinuousClock.now + budget
            explorer.limits.isOver = { ContinuousClock.now >= end }
        }
        return explorer
    }

    private func write(_ found: Counterexample, _ model: Model) throws {
        if let timeline {
            if let picture = found.timeline {
                try ResultFile.write(TimelineDrawing(picture).svg, to: timeline)
            } else {
                warn(["\(timeline) is not written: there is nothing to draw"])
            }
        }
        guard let choicesOut else { return }
        let script = ExecutionScript(
            strategy: model.strategy, seed: model.seed, finding: "\(found.finding)",
            choices: found.choices)
        try ResultFile.write(script.text(model), to: choicesOut)
    }

    /// One execution, from a file.
    private func again(_ topology: Topology, _ path: String) throws {
        let script = try ExecutionScript(
            parsing: String(decoding: try SmallFile.bytes(path), as: UTF8.self), file: path)
        let model = try Model(topology, strategy: script.strategy, seed: script.seed)
        let execution = Execution(model, script.choices)
        if let misfit = execution.misfit {
            throw Failure(
                .input,
                "\(path): step \(misfit + 1) cannot be taken there: the topology or the steps before "
                    + "it are not those that it was written with")
        }
        let names = SiteNames(topology, script.strategy)
        try show(execution.entries.map { "\(TraceLine($0, names))\n" }.joined())
        guard let finding = execution.finding else { return }
        try show("\nfound: \(finding), at step \(execution.stepsToFinding)\n")
        throw ExitCode(rawValue: Ending.difference.rawValue)
    }

    func validate() throws {
        if let budget, budget <= .zero {
            throw ValidationError("--budget 0: write 60s, more than 0")
        }
    }
}

extension SearchStrategy: ExpressibleByArgument {}

/// The result of work that others do meanwhile; the thread waits, and is none of those that work runs on.
private func finished<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
    let box = Outcome<Value>()
    Task.detached {
        let value = await work()
        box.value.withLock { $0 = value }
        box.isDone.signal()
    }
    while true {
        box.isDone.wait()
        if let value = box.value.withLock({ $0 }) { return value }
    }
}

private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
    let isDone = DispatchSemaphore(value: 0)
}
