import Arguments
import Configuration
import Foundation
import Reporting
import Simulation
import Synchronization

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "compare",
        abstract:
            "Run a topology under several strategies and many seeds, and say which serves it best.",
        discussion:
            "Every strategy meets the same arrivals, keys and times. Figures have 95% intervals over the "
            + "seeds, differences are paired over them. All cores are used; the report is the same "
            + "whatever their number.",
        examples: [
            CommandExample(
                "kerfuffle compare topologies/flash-sale.yaml --seeds 50",
                "The topology's own list of strategies"),
            CommandExample(
                "kerfuffle compare topologies/hot-key.yaml --strategies naive,optimistic,actor "
                    + "--format csv",
                "Three of them, for a spreadsheet"),
            CommandExample(
                "kerfuffle compare topologies/crossover-contention.yaml "
                    + "--sweep \"sources.orders.keys=uniform(8),uniform(32),uniform(128)\"",
                "Along the number of keys: who leads where, and where they cross"),
        ])

    @OptionGroup var input: TopologyOptions

    @Option(
        help: ArgumentHelp(
            "Which strategies, the first being what others are held against; none: the topology's list.",
            valueName: "a,b,..", example: "naive,optimistic"), as: StrategyList.type)
    var strategies: StrategyList?

    @Option(help: "How many seeds.", as: ArgumentType(.integer.within(1...1_000_000)))
    var seeds: Int = 200

    @Option(help: ArgumentHelp("What the seeds' names begin with.", example: "s"))
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "Values for a key of the topology, its path first. Several make a grid, the first being the axis.",
            valueName: "key=v1,v2,..", example: "handlers.reserve.workers=1,2,4,8"),
        as: SweepArgument.type)
    var sweep: [Sweep] = []

    @Option(
        help: "How many runs go on at once; none: as many as there are cores.",
        as: ArgumentType(.integer.within(1...10_000)))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Write the result as a page, too: one file that fetches nothing.", valueName: "file",
            example: "flash-sale.html"))
    var html: String?

    @Option(
        help: ArgumentHelp(
            "Write the main charts as a picture (SVG), too.", valueName: "file",
            example: "flash-sale.svg"))
    var svg: String?

    @Option(
        help: ArgumentHelp(
            "Which figures the text has: main, a row for each strategy, or all, a row for each figure; "
                + "none: all, and along a sweep the main ones. JSON, CSV and the page have all."))
    var figures: StudyReport.Detail?

    @Option(help: "How the result is printed.")
    var format: ComparisonFormat = .text

    mutating func run() throws {
        StopSignals.install(isFilter: true)
        try reporting {
            let document = try input.open()
            try html.map(ResultFile.check)
            try svg.map(ResultFile.check)
            let points = try SweptTopology(input, document, sweep)
            let topology = try points.base()
            let chosen = strategies?.all ?? topology.compared
            let list = chosen.isEmpty ? Strategy.allCases : chosen
            let name = seed ?? topology.seed
            let names = (1...seeds).map { "\(name)-\($0)" }
            let progress = SharedProgress(
                "runs", of: UInt64(points.count * list.count * seeds))
            defer { progress.finish() }
            guard
                let study = try Study(
                    sweep, list, seeds: names, threads: threads,
                    progress: { progress.update($0) }, shouldStop: { StopSignals.isRaised },
                    topology: points.topology)
            else { throw ExitCode(rawValue: 130) }
            progress.finish()
            let report = StudyReport(study)
            if let html {
                let resolved = TopologyExplanation(
                    try document.document(with: input.set.map(\.setting)))
                let origin = StudyOrigin(
                    file: input.topology, topology: document.text,
                    resolved: TopologyExplanationReport(resolved, of: input.topology).text,
                    command: command)
                try ResultFile.write(report.html(origin), to: html)
            }
            if let svg { try ResultFile.write(report.picture, to: svg) }
            switch format {
            case .text: try show(report.text(figures))
            case .json: try show(report.json.text + "\n")
            case .csv: try show(report.csv)
            }
        }
    }
}

extension CompareCommand {
    /// What makes the same page again.
    private var command: String {
        var words = ["kerfuffle", "compare", input.topology] + input.words
        if let strategies {
            words += ["--strategies", strategies.all.map(\.rawValue).joined(separator: ",")]
        }
        words += ["--seeds", "\(seeds)"]
        if let seed { words += ["--seed", seed] }
        for sweep in sweep {
            words += ["--sweep", "\(sweep.path)=\(sweep.values.joined(separator: ","))"]
        }
        return (words + ["--html", "again.html"]).map(\.shellWord).joined(separator: " ")
    }
}

enum ComparisonFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
    case csv
}

extension StudyReport.Detail: ExpressibleByArgument {}

/// `naive,optimistic`
struct StrategyList: Sendable {
    let all: [Strategy]

    static let type = ArgumentType<StrategyList>(
        valueName: "a,b,..", completion: .words(Strategy.allCases.map(\.rawValue)),
        spell: { $0.all.map(\.rawValue).joined(separator: ",") }, parse: parse)

    private static func parse(_ text: String) -> Result<StrategyList, InvalidArgument> {
        var all: [Strategy] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            switch ValueParser<Strategy>.word("strategy").parse(String(word)) {
            case .success(let strategy):
                if all.contains(strategy) {
                    return .failure(InvalidArgument("\(strategy.rawValue) stands there twice"))
                }
                all.append(strategy)
            case .failure(let error):
                return .failure(InvalidArgument("\(error.found); \(error.accepted)"))
            }
        }
        return .success(StrategyList(all: all))
    }
}

/// Progress that several threads report.
private final class SharedProgress: Sendable {
    private let progress: Mutex<Reporting.Progress>

    init(_ label: String, of total: UInt64) {
        progress = Mutex(Reporting.Progress(label, of: total))
    }

    func update(_ count: Int) { progress.withLock { $0.update(UInt64(count)) } }
    func finish() { progress.withLock { $0.finish() } }
}
