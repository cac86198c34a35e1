import Arguments
import Configuration
import Interchange
import Reporting
import Simulation

struct ReplayTraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "replay-trace",
        abstract: "Run a topology again, step by step: a line for each thing that happened.",
        discussion:
            "A run is its topology and its seed, or its topology and a list of choices that simulate "
            + "--choices-out wrote (perhaps edited since). A list that does not fit the topology any more "
            + "ends with 1 and what did not fit; --lenient takes the default there and goes on. Ends with 1 "
            + "where an invariant does not hold, too.",
        examples: [
            CommandExample(
                "kerfuffle replay-trace topologies/flash-sale.yaml --seed s1 --entity inventory/0 --to 50ms",
                "What happened to one article at the start"),
            CommandExample(
                "kerfuffle replay-trace topologies/flash-sale.yaml --choices run.choices --worker reserve#3 "
                    + "--format json",
                "A run of its choices, one worker alone, for programs"),
        ])

    @OptionGroup var input: TopologyOptions

    @Option(help: ArgumentHelp("How conflicts are kept away; none: the topology's own."))
    var strategy: Strategy?

    @Option(help: ArgumentHelp("The seed of the run: any text.", example: "s1"))
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "The run's choices; strategy and seed are theirs.", valueName: "file",
            example: "run.choices"), completion: .files(extensions: []))
    var choices: String?

    @Flag(help: "Pass over choices that do not fit, and warn of them.")
    var lenient = false

    @Option(
        help: ArgumentHelp("From when on, in virtual time.", example: "1s"),
        as: ArgumentType(.duration, valueName: "time", spell: { $0.spelled }))
    var from: Duration?

    @Option(
        help: ArgumentHelp("Until when.", example: "1s500ms"),
        as: ArgumentType(.duration, valueName: "time", spell: { $0.spelled }))
    var to: Duration?

    @Option(
        help: ArgumentHelp(
            "What is about this entity.", valueName: "store/key", example: "inventory/0"))
    var entity: String?

    @Option(
        help: "What is about the message of this number within its source.",
        as: ArgumentType(.integer.atLeast(0)))
    var message: Int?

    @Option(
        help: ArgumentHelp(
            "What this worker did, or all of this handler.", valueName: "name", example: "reserve#3"
        ))
    var worker: String?

    @Option(
        help: ArgumentHelp(
            "Draw what broke the first invariant as a timeline: SVG.", valueName: "file.svg"),
        completion: .files(extensions: ["svg"]))
    var timeline: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if choices != nil, strategy != nil || seed != nil {
            throw ValidationError(
                "--choices says strategy and seed: leave --strategy and --seed away")
        }
        if lenient && choices == nil { throw ValidationError("--lenient goes with --choices") }
        if let from, let to, from > to { throw ValidationError("--from is behind --to") }
    }

    mutating func run() throws {
        try reporting {
            if let timeline { try ResultFile.check(timeline) }
            let topology = try input.read()
            let list = try choices.map { path in
                try ChoiceList(parsing: try TextFile.read(path), topology, file: path)
            }
            let chosen = list?.strategy ?? strategy ?? topology.strategy
            let names = SiteNames(topology, chosen)
            let filter = filter()
            var seen = TraceSeen(filter, names)
            if !seen.problems.isEmpty {
                throw Failure(.usage, seen.problems.joined(separator: "\n"))
            }
            let isJSON = output.format == .json
            let lines = try TextOutput()
            var failure: (any Error)?
            func show(_ entry: TraceEntry) {
                seen.see(entry)
                guard failure == nil, filter.passes(entry, names) else { return }
                let line = TraceLine(entry, names)
                lines.text.append(text: isJSON ? "\(line.json.text)\n" : "\(line)\n")
                do { try lines.flushIfLarge() } catch { failure = error }
            }
            let result: RunResult
            var replay: Replay?
            if let list {
                let made = topology.replayed(list, observer: show)
                (result, replay) = (made.result, made)
            } else {
                result = topology.run(chosen, seed: seed, observer: show)
            }
            if let failure { throw failure }
            try lines.flush()
            if !seen.absences.isEmpty {
                throw Failure(.usage, seen.absences.joined(separator: "\n"))
            }
            try draw(result, topology, list)
            try end(result, replay, names, list)
        }
    }

    private func draw(_ result: RunResult, _ topology: Topology, _ list: ChoiceList?) throws {
        guard let timeline else { return }
        let drawn = result.broken.lazy.compactMap { violation in
            Interleaving(
                violation, topology, result.strategy, seed: result.seed,
                deviations: list?.choices)?.timeline
        }.first
        if let drawn {
            try ResultFile.write(TimelineDrawing(drawn).svg, to: timeline)
        } else {
            warn(["\(timeline) is not written: there is no break to draw"])
        }
    }

    private func filter() -> TraceFilter {
        var filter = TraceFilter()
        filter.fromNs = from.map(Self.nanoseconds)
        filter.toNs = to.map(Self.nanoseconds)
        filter.entity = entity
        filter.message = message.map { Int64($0) }
        filter.worker = worker
        return filter
    }

    private static func nanoseconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        let (whole, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isOver ? .max : whole &+ attoseconds / 1_000_000_000
    }

    private func end(
        _ result: RunResult, _ replay: Replay?, _ names: SiteNames, _ list: ChoiceList?
    ) throws {
        for violation in result.broken {
            warn(["\(violation.invariant.rawValue) is broken: \(violation.witness)"])
        }
        guard let replay, let list, !replay.fits || list.fingerprint != "\(result.fingerprint)"
        else {
            if !result.broken.isEmpty { throw ExitCode(rawValue: Ending.difference.rawValue) }
            return
        }
        let strange =
            replay.misfits.map { "does not fit where it stands: \(Self.words($0, names))" }
            + replay.unused.map { "nothing asked for it: \(Self.words($0, names))" }
        if !list.fingerprint.isEmpty, list.fingerprint != "\(result.fingerprint)" {
            warn([
                "the run recorded had fingerprint \(list.fingerprint), this one \(result.fingerprint)"
            ])
        }
        if lenient {
            warn(strange)
        } else if !strange.isEmpty {
            let more = strange.count > 20 ? ["and \(strange.count - 20) more"] : []
            throw Failure(.difference, (strange.prefix(20) + more).joined(separator: "\n"))
        }
        if !result.broken.isEmpty { throw ExitCode(rawValue: Ending.difference.rawValue) }
    }

    private static func words(_ choice: Choice, _ names: SiteNames) -> String {
        let site = choice.site < 0 ? "a site that is not there" : names.site(of: choice)
        return
            "\(choice.kind) \(choice.value) of \(choice.arity) at \(site), actor \(choice.actor), "
            + "its choice \(choice.index)"
    }
}
