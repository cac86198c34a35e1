import Arguments
import Configuration
import Foundation
import Hunting
import KafkaClient
import Reporting

/// A hunt file, and what is put in place of its values.
struct HuntFileOptions: ParsableArguments {
    @Argument(help: "The hunt file.", completion: .files(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        help: ArgumentHelp(
            "A value in place of the file's.", valueName: "key=value",
            example: "system.environment.VARIANT=fixed"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp(
            "A real cluster for the trials, in place of the file's broker; each trial has topics and a group "
                + "of its own there, which are removed.",
            valueName: "servers", example: "localhost:9092"))
    var brokers: String?

    func document(settings: [String] = []) throws -> HuntDocument {
        var all = set + settings
        if let brokers { all.append("broker={real: \"\(brokers)\"}") }
        return try HuntDocument(path: file, settings: all)
    }
}

/// How much a hunt may cost.
struct HuntBudgetOptions: ParsableArguments {
    @Option(
        help: "How many trials search; none: as the file says, else 50.",
        as: ArgumentType(.integer.within(1...1_000_000)))
    var trials: Int?

    @Option(
        help: "After this no trial is begun; none: as the file says.",
        as: ArgumentType(.duration, valueName: "time", spell: \.spelled))
    var time: Duration?

    @Option(
        help: ArgumentHelp(
            "How many trials go on at once; none: four for each core, as they mostly wait for the group to be "
                + "joined."),
        as: ArgumentType(.integer.within(1...1000)))
    var jobs: Int?

    var width: Int { jobs ?? 4 * ProcessInfo.processInfo.activeProcessorCount }

    var settings: [String] {
        var settings: [String] = []
        if let trials { settings.append("budget.trials=\(trials)") }
        if let time { settings.append("budget.time=\(time.spelled)") }
        return settings
    }
}

/// Where a hunt's report goes.
struct HuntReportOptions: ParsableArguments {
    @Option(help: "How the result is printed.")
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp(
            "Write a test report (JUnit XML), too.", valueName: "file", example: "hunt.xml"))
    var junit: String?

    @Option(
        help: ArgumentHelp(
            "Write the result as a page, too: one file that fetches nothing.", valueName: "file",
            example: "hunt.html"))
    var html: String?

    func check() throws {
        try junit.map(ResultFile.check)
        try html.map(ResultFile.check)
    }

    func write(_ result: HuntResult) throws {
        let report = HuntReport(result)
        var pictures: [String: DeliveryTimeline] = [:]
        for folder in result.clusters.compactMap({ $0.reproducer?.folder }) {
            let timeline = try DeliveryTimeline(try Reproducer(opening: folder))
            pictures[folder] = timeline
            try ResultFile.write(timeline.svg, to: folder + "/timeline.svg")
        }
        if let junit { try ResultFile.write(report.junit, to: junit) }
        if let html { try ResultFile.write(HuntPage(result, pictures: pictures).text, to: html) }
        try format.print(text: report.text, json: report.json)
    }
}

/// Lends a folder for trials. Where they could not be run it stays: the message names what is in it.
func withTrialFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "kerfuffle-\(UUID().uuidString.prefix(8))"
    do {
        let result = try body(folder)
        try? FileManager.default.removeItem(atPath: folder)
        return result
    } catch {
        if (error as? HuntError)?.kind != .system {
            try? FileManager.default.removeItem(atPath: folder)
        }
        throw error
    }
}

/// The exit code of what a signal stopped before it could say anything else, whichever signal it was: 128 and that of
/// SIGINT, as shells have it.
let huntIsStopped: Int32 = 130

/// Runs a hunt's work; what kept it from being run ends with 125 and one sentence.
func huntReporting(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let code as ExitCode {
        throw code
    } catch let error as HuntError where error.kind == .stopped {
        throw ExitCode(rawValue: huntIsStopped)
    } catch let error as KafkaError {
        throw Failure(.couldNotRun, "\(error)")
    } catch {
        throw Failure(error)
    }
}
