import Arguments
import Configuration
import Dispatch
import Exploration
import Foundation
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
            CommandExample(
                "kerfuffle explore design.yaml --output design.explore --resume --budget 1h",
                "Go on where an earlier run of the same stopped or was killed"),
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
        help: ArgumentHelp(
            "How much memory what a search has seen may take; none: three quarters of what is free.",
            example: "8GiB"),
        as: ArgumentType(.size, valueName: "size", spell: { "\($0)" }))
    var memory: Int?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A folder for results and the reproducer of what was found.", valueName: "folder",
            example: "orders.explore"))
    var output: String?

    @Flag(
        help: "Go on with the exploration that is in the folder: what was done is not done again.")
    var resume = false

    @OptionGroup var files: ExplorationFileOptions
    @OptionGroup var hunt: HypothesisOptions
    @OptionGroup var reports: ReportFileOptions

    @Option(
        help: ArgumentHelp(
            "Make one execution again from its steps, and nothing else.", valueName: "file"),
        completion: .files(extensions: []))
    var replay: String?

    @Option(help: "How the result is printed.")
    var format: OutputFormat = .text

    mutating func run() throws {
        try reporting {
            try files.check()
            let base = try hunt.base()
            try reports.check()
            let document = try input.open()
            if let replay { return try again(document, replay) }
            let topology = try input.with(input.set.map(\.setting), document)
            let model = try Model(topology, strategy: under, seed: seed)
            try explorer(model, nil).check()
            warn(ineffective)
            let folder = try output.map {
                try ExplorationFolder($0, resumes: resume, asked: asked(document, model))
            }
            StopSignals.install(announcing: true)
            let search = explorer(model, folder)
            let result = finished { await search.run() }
            let tried =
                result.counterexample.map {
                    Prevention.all($0, model, isOver: search.limits.isOver)
                } ?? []
            let reduction = result.counterexample.map { [input] found in
                Reduction(found, model, search.limits) { input.rebuilt(document, $0) }
            }
            let report = ExplorationReport(result, model, tried, name: name, reduction: reduction)
            var reproducer: String?
            // What was found is printed whatever cannot be written.
            let written = Result {
                if let found = result.counterexample, let reduction {
                    reproducer = try folder?.write(
                        self.reproducer(document, reduction), reduction, tried)
                    try files.write(found, script(model, found, leaves(document)), model)
                    try hunt.write(found, model, base)
                } else {
                    warn(
                        [files.timeline, files.choicesOut, hunt.toHunt].compactMap { path in
                            path.map { "\($0) is not written: nothing was found" }
                        })
                }
                try reports.write(
                    junit: report.junit(reproducer: reproducer),
                    html: ExplorationPage(report, reproducer: reproducer).text)
            }
            let end = reproducer.map { "\n  kerfuffle reproduce \(ShellWord.quoted($0))\n" } ?? ""
            try format.print(text: report.text + end, json: report.json(reproducer: reproducer))
            if let error = folder?.memory.error { throw error }
            try written.get()
            if result.end == .stopped { warn([goingOn]) }
            switch result.end {
            case .complete: return
            case .found: throw ExitCode(rawValue: Ending.difference.rawValue)
            case .stopped, .cut: throw ExitCode(rawValue: Ending.undecided.rawValue)
            }
        }
    }

    /// How what was stopped goes on.
    private var goingOn: String {
        let cause = StopSignals.isRaised ? "stopped by a signal" : "stopped"
        guard let output else {
            return "\(cause), and nothing is kept: with --output FOLDER --resume goes on from there"
        }
        return "\(cause): the same command with --output \(output) --resume goes on from there"
    }

    /// What was asked for and does nothing here.
    private var ineffective: [String] {
        var sentences: [String] = []
        if input.time != nil {
            sentences.append(
                "--time does nothing: an exploration has no time; see --budget and --messages")
        }
        if threads != nil && strategy != .all {
            sentences.append(
                "--threads does nothing: \(strategy.rawValue) uses one core, and --strategy all as many"
            )
        }
        return sentences
    }

    /// The topology's name: its file's, without folder and ending.
    private var name: String {
        URL(fileURLWithPath: input.topology).deletingPathExtension().lastPathComponent
    }

    /// All that the search is a function of; how long it may go on is no part of it.
    private func asked(_ document: TopologyDocument, _ model: Model) throws -> Asked {
        var values = try leaves(document)
        values["--strategy"] = strategy.rawValue
        values["--under"] = model.strategy.rawValue
        values["--seed"] = model.seed
        values["the program's version of explorations"] = "7"
        return Asked(values)
    }

    /// The topology, with what the flags put in.
    private func leaves(_ document: TopologyDocument) throws -> [String: String] {
        var leaves = try input.edited(document, []).leaves
        leaves["--workload"] = input.workload
        leaves["--workload-factor"] = input.workloadFactor.map { "\($0)" }
        return leaves
    }

    private func script(
        _ model: Model, _ found: Counterexample, _ topology: [String: String] = [:]
    ) -> ExecutionScript {
        ExecutionScript(
            strategy: model.strategy, seed: model.seed, finding: "\(found.finding)",
            choices: found.choices, topology: topology)
    }

    /// With the topology as it was where nothing of it could be left out.
    private func reproducer(
        _ document: TopologyDocument, _ reduction: Reduction
    ) throws -> ExplorationReproducer {
        let isReduced = !reduction.edits.isEmpty
        return ExplorationReproducer(
            topology: isReduced ? try input.edited(document, reduction.edits).text : document.text,
            original: isReduced ? document.text : nil,
            root: URL(fileURLWithPath: input.topology).deletingLastPathComponent().path,
            settings: isReduced
                ? [] : input.set.map { "\($0.setting.path)=\($0.setting.text)" },
            messages: isReduced ? nil : input.messages, workload: input.workload,
            script: script(reduction.model, reduction.counterexample))
    }

    private func explorer(_ model: Model, _ folder: ExplorationFolder?) -> Explorer {
        var explorer = Explorer(model)
        explorer.memory = folder?.memory
        explorer.tellsCoverage = true
        explorer.strategy = strategy
        explorer.threads = threads
        explorer.limits.executions = executions ?? .max
        explorer.limits.memory = memory ?? SystemMemory.free / 4 * 3
        let end = budget.map { ContinuousClock.now + $0 }
        explorer.limits.isOver = {
            StopSignals.isRaised || end.map { ContinuousClock.now >= $0 } ?? false
        }
        return explorer
    }

    /// One execution, from a file.
    private func again(_ document: TopologyDocument, _ path: String) throws {
        let topology = try input.with(input.set.map(\.setting), document)
        let script = try ExecutionScript(
            parsing: String(decoding: try SmallFile.bytes(path), as: UTF8.self), file: path)
        if !script.topology.isEmpty,
            let other = try Asked(leaves(document)).difference(from: Asked(script.topology))
        {
            warn(["\(path): its steps are of another topology: \(other)"])
        }
        let own = try Model(topology, strategy: script.strategy, seed: seed ?? script.seed)
        if let under, under != script.strategy {
            return try again(script, own, try Model(topology, strategy: under, seed: own.seed))
        }
        let execution = Execution(own, script.choices)
        if let misfit = execution.misfit {
            throw Failure(
                .input,
                "\(path): step \(misfit + 1) cannot be taken there: the topology or the steps before "
                    + "it are not those that it was written with")
        }
        if execution.choicesTaken < script.choices.count {
            throw Failure(
                .input,
                "\(path): step \(execution.choicesTaken + 1) is left over: the execution is over before it"
            )
        }
        try tell(execution, own)
    }

    /// The same under another strategy, which may make other deliveries: its steps as far as they can be taken, and on
    /// to the end.
    private func again(_ script: ExecutionScript, _ own: Model, _ other: Model) throws {
        let choices = own.translate(script.choices, to: other)
        let execution = Execution(other, choices, completes: true, skips: true)
        let taken = execution.choicesTaken
        warn([
            "\(taken) of \(script.choices.count) steps can be taken under "
                + "\(other.strategy.rawValue), and \(execution.choices.count - taken) are "
                + "behind them"
        ])
        try tell(execution, other)
    }

    private func tell(_ execution: Execution, _ model: Model) throws {
        let names = SiteNames(model.topology, model.strategy)
        try show(execution.entries.map { "\(TraceLine($0, names))\n" }.joined())
        if let finding = execution.finding {
            try show("\nfound: \(finding), at step \(execution.stepsToFinding)\n")
        } else if let finding = execution.findingOfAll(model) {
            try show("\nfound: \(finding)\n")
        } else {
            return
        }
        throw ExitCode(rawValue: Ending.difference.rawValue)
    }

    func validate() throws {
        if let budget, budget <= .zero {
            throw ValidationError("--budget 0: write 60s, more than 0")
        }
        if resume && output == nil {
            throw ValidationError("--resume: which exploration? write --output FOLDER too")
        }
    }
}

extension SearchStrategy: ExpressibleByArgument {}
