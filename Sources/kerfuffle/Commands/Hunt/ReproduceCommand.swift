import Arguments
import Exploration
import Foundation
import Hunting
import Reporting

struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "reproduce",
        abstract: "Run a reproducer again and say whether its failure still shows.",
        discussion:
            "A reproducer of a hunt runs the system, one of an exploration takes its steps again. It ends with 0 where the failure does not show any more, 1 where it shows, 125 where it could not be "
            + "run: so it serves git bisect run. --expect failure swaps the first two.",
        examples: [
            CommandExample(
                "kerfuffle reproduce payments.hunt/reproducers/double-charge --runs 20",
                "How often it shows"),
            CommandExample(
                "git bisect run kerfuffle reproduce double-charge", "Which commit brought it"),
        ])

    @Argument(help: "The reproducer's folder.")
    var folder: String

    @Option(help: "How many times.", as: ArgumentType(.integer.within(1...100_000)))
    var runs: Int = 3

    @Option(help: "What is expected: that the failure is gone, or that it shows.")
    var expect: Expectation = .pass

    @Option(
        help: ArgumentHelp(
            "Where the hunt file was, whose relative paths count from there; none: as the reproducer says.",
            valueName: "folder"))
    var root: String?

    @Option(
        help: ArgumentHelp(
            "A value in place of the hunt file's.", valueName: "key=value",
            example: "system.command=[./new]"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp("How many runs go on at once; none: four for each core."),
        as: ArgumentType(.integer.within(1...1000)))
    var jobs: Int?

    @Option(help: "How the result is printed.")
    var format: OutputFormat = .text

    enum Expectation: String, CaseIterable, ExpressibleByArgument {
        case pass, failure
    }

    mutating func run() throws {
        StopSignals.install(announcing: true, joinsPairs: true)
        if ExplorationReproducer.isIn(folder) { return try reproduceExploration() }
        try huntReporting {
            let reproducer: Reproducer
            do {
                reproducer = try Reproducer(opening: folder, root: root, settings: set)
            } catch {
                // What cannot be read cannot be run: a bisection passes such a commit over.
                throw Failure(.couldNotRun, "\(error)")
            }
            let reproduction = try withTrialFolder { trials in
                try Reproduction(
                    of: reproducer, runs: runs,
                    width: jobs ?? 4 * ProcessInfo.processInfo.activeProcessorCount,
                    folder: trials, shouldStop: { StopSignals.isRaised })
            }
            let report = ReproductionReport(reproduction)
            try format.print(text: report.text, json: report.json)
            let isShown = reproduction.shown > 0
            if isShown == (expect == .pass) { throw ExitCode(rawValue: 1) }
        }
    }

    /// One of `explore`: the same steps have the same end, so once is enough.
    private func reproduceExploration() throws {
        try huntReporting {
            let reproducer: ExplorationReproducer
            let model: Model
            do {
                reproducer = try ExplorationReproducer(opening: folder)
                model = try reproducer.model(set, root: root)
            } catch {
                throw Failure(.couldNotRun, "\(error)")
            }
            let (isShown, other) = reproducer.shows(
                model, stepsOf: set.isEmpty ? nil : try? reproducer.model(root: root))
            let report = ExplorationReproductionReport(
                finding: reproducer.script.finding, isShown: isShown, other: other)
            try format.print(text: report.text, json: report.json)
            if isShown == (expect == .pass) { throw ExitCode(rawValue: 1) }
        }
    }
}
