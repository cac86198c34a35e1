import Arguments
import Configuration
import Foundation
import Hunting
import KafkaClient
import Reporting
import Results
import Synchronization

struct HuntCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "hunt", abstract: "Hunt for Heisenbugs in a real consumer: run, init, verify-fix.",
        discussion:
            "A hunt file in the place of a subcommand is hunted: `hunt FILE` is `hunt run FILE`.",
        subcommands: [HuntRunCommand.self, HuntInitCommand.self, HuntVerifyFixCommand.self],
        fallback: "run")
}

struct HuntRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "run",
        abstract: "Perturb a real consumer's input in many ways, and see what breaks.",
        discussion:
            "Each trial starts the system on a broker of its own, feeds it one schedule and judges what it "
            + "shows. What fails is repeated, put together by what failed, and shrunk to the least that "
            + "shows it. docs/hunting.md is a tour. It ends with 0 where nothing failed, 1 where "
            + "something was found, 3 where all that failed was flaky, 125 where the system could not be run. "
            + "The first Ctrl-C has it say what was found until then, and --resume goes on; it ends with 130 "
            + "where nothing was found yet.",
        examples: [
            CommandExample(
                "kerfuffle hunt run payments.yaml --dry-run", "One trial without perturbation"),
            CommandExample("kerfuffle hunt payments.yaml", "Hunt as the file says"),
            CommandExample(
                "kerfuffle hunt payments.yaml --resume --trials 500", "Go on with it, further"),
            CommandExample(
                "kerfuffle hunt run payments.yaml --via kafka:9092 --trials 2000",
                "Have `kerfuffle worker` processes run the trials of the search"),
        ])

    @OptionGroup var input: HuntFileOptions
    @OptionGroup var budget: HuntBudgetOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The folder for results and reproducers; none: the hunt's name and .hunt.",
            valueName: "folder", example: "payments.hunt"))
    var output: String?

    @Flag(help: "Go on with the hunt that is in the folder: nothing is repeated or lost.")
    var resume = false

    @Flag(help: "Run one trial without perturbation and say what was seen.")
    var dryRun = false

    @OptionGroup var via: ViaOptions

    @OptionGroup var team: TeamOptions

    @OptionGroup var reports: HuntReportOptions

    mutating func run() throws {
        StopSignals.install(announcing: true, joinsPairs: true)
        try huntReporting {
            let document = try input.document(settings: budget.settings)
            if dryRun { return try HuntPreview(document, jobs: budget.width).run() }
            try reports.check()
            let lists = try team.lists(besides: document.folder)
            let folder = output ?? "\(document.hunt.name).hunt"
            let results = try open(folder, document)
            let bench = try TrialBench(
                document.hunt, folder: folder + "/trials", shouldStop: { StopSignals.isRaised })
            let progress = HuntProgressLine()
            defer { progress.finish() }
            let run = try HuntRun(
                document, bench: bench, results: results, width: budget.width,
                team: lists,
                progress: { progress.update($0) })
            let crew = try via.topics(of: document.hunt).map { topics in
                try WorkerCrew(
                    topics, tell: { progress.say($0) }, shouldStop: { StopSignals.isRaised })
            }
            let result: HuntResult
            do {
                result = try run.run(reproducers: folder + "/reproducers", over: crew)
            } catch {
                // Workers wait for no hunt that is over.
                try? crew?.end()
                throw error
            }
            progress.finish()
            try reports.write(result)
            if result.stoppedAt != nil {
                progress.say("what it has done is in \(folder); --resume goes on with it")
            }
            if let code = result.conclusion.exitCode { throw ExitCode(rawValue: code) }
        }
    }

    private func open(_ folder: String, _ document: HuntDocument) throws -> TrialResults {
        let path = folder + "/hunt.db"
        if FileManager.default.fileExists(atPath: path) {
            guard resume else {
                throw Failure(
                    .files,
                    "\(folder): a hunt is in it; --resume goes on with it, --output names another")
            }
        } else {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw Failure(.files, "\(folder): cannot be made: \(error.localizedDescription)")
            }
        }
        return try TrialResults(path: path, identity: try document.identity())
    }
}

extension HuntResult.Conclusion {
    /// nil: 0.
    fileprivate var exitCode: Int32? {
        switch self {
        case .clean: nil
        case .found: Ending.difference.rawValue
        case .onlyFlaky: Ending.onlyFlaky.rawValue
        case .stopped: huntIsStopped
        }
    }
}

/// What a hunt is at, in one line.
final class HuntProgressLine: Sendable {
    private struct State {
        var step = ""
        var progress: Reporting.Progress?
    }

    private let state = Mutex(State())

    func update(_ progress: HuntProgress) {
        state.withLock { state in
            if state.step != progress.step.rawValue {
                state.progress?.finish()
                state.step = progress.step.rawValue
                state.progress = Reporting.Progress(
                    "trials (\(progress.step.rawValue))", of: UInt64(max(1, progress.of)))
            }
            state.progress?.update(UInt64(progress.done))
        }
    }

    /// A line above it.
    func say(_ line: String) {
        state.withLock { state in
            state.progress?.finish()
            Console().say("kerfuffle: \(line)")
        }
    }

    func finish() {
        state.withLock { state in
            state.progress?.finish()
            state.progress = nil
            state.step = ""
        }
    }
}
