import Arguments
import Foundation
import Hunting
import Reporting

struct HuntVerifyFixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "verify-fix",
        abstract: "Run kept reproducers, and schedules near them, against a fixed system.",
        discussion:
            "States how many of them show nothing any more. It ends with 0 where none does, 1 where one still "
            + "does, 125 where the system could not be run.",
        examples: [
            CommandExample(
                "kerfuffle hunt verify-fix payments.hunt/reproducers/* --system ./payments-fixed",
                "Every reproducer against another program")
        ])

    @Argument(help: "Folders of reproducers.")
    var folder: [String]

    @Option(
        help: ArgumentHelp(
            "The fixed system's command, in place of the hunt file's.", valueName: "command"))
    var system: String?

    @Option(
        help: ArgumentHelp(
            "A value in place of the hunt file's.", valueName: "key=value",
            example: "system.environment.VARIANT=fixed"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the hunt file was; none: as each reproducer says.", valueName: "folder"))
    var root: String?

    @Option(
        help: "How often each reproducer is run as it is.",
        as: ArgumentType(.integer.within(1...100_000)))
    var runs: Int = 5

    @Option(
        help: "How many schedules near each are tried.",
        as: ArgumentType(.integer.within(0...100_000)))
    var neighbours: Int = 20

    @Option(
        help: ArgumentHelp("How many trials go on at once; none: four for each core."),
        as: ArgumentType(.integer.within(1...1000)))
    var jobs: Int?

    @Option(help: "How the result is printed.")
    var format: OutputFormat = .text

    mutating func run() throws {
        StopSignals.install(announcing: true, joinsPairs: true)
        try huntReporting {
            var settings = set
            if let system {
                settings.append("system.command='\(system.replacing("'", with: "''"))'")
            }
            var verification = FixVerification()
            try withTrialFolder { trials in
                for (index, path) in folder.enumerated() {
                    let reproducer = try Reproducer(opening: path, root: root, settings: settings)
                    try verification.add(
                        reproducer, from: path, runs: runs, neighbours: neighbours,
                        width: jobs ?? 4 * ProcessInfo.processInfo.activeProcessorCount,
                        trials: "\(trials)/\(index)", shouldStop: { StopSignals.isRaised })
                }
            }
            let report = FixReport(verification)
            try format.print(text: report.text, json: report.json)
            if verification.fixed < verification.entries.count {
                throw ExitCode(rawValue: Ending.difference.rawValue)
            }
        }
    }
}
