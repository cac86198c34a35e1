import Arguments
import Foundation
import Recording
import Reporting

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "merge",
        abstract: "Make one recording and one schedule of those of several instances.",
        discussion:
            "Give all files of one group, of all its instances and runs. What counts of them is "
            + "followed partition by partition, and written as one undisturbed run would have; under "
            + "at-least-once a line names each window that may have been sent again. Where an instance "
            + "was killed, the files alone may not tell how far the group came: then ask the group, or "
            + "give its positions.",
        examples: [
            CommandExample(
                "kerfuffle merge a.mcap b.mcap c.mcap -o all.mcap",
                "Three instances that ended cleanly; each .jsonl is beside its recording"),
            CommandExample(
                "kerfuffle merge a.mcap b.mcap -o all.mcap -b localhost:9092 "
                    + "--group kerfuffle.orders.shadow",
                "Ask the group which transactions count"),
        ])

    @Argument(
        help: "All recordings of a group: files, or folders of segments.",
        completion: .files(extensions: ["mcap"]))
    var recording: [String]

    @Option(
        help: ArgumentHelp(
            "A recording's schedule, one for each in the same order; none: those beside them.",
            example: "a.jsonl"),
        completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The recording to write (a folder, with --rotate).", valueName: "file",
            example: "all.mcap"),
        completion: .files(extensions: ["mcap"]))
    var output: String

    @Option(
        help: ArgumentHelp(
            "The schedule to write; none: beside the recording.", valueName: "file",
            example: "all.jsonl"))
    var scheduleOut: String?

    @OptionGroup var positions: PositionOptions
    @OptionGroup(title: "Kafka") var kafka: BrokerOptions
    @OptionGroup(title: "The output's own cluster") var target: TargetOptions
    @OptionGroup(title: "Files") var writing: RecordingOptions
    @OptionGroup var result: OutputOptions

    func validate() throws {
        if recording.isEmpty { throw ValidationError("no recording to merge") }
        if !schedule.isEmpty && schedule.count != recording.count {
            throw ValidationError(
                "\(recording.count) recordings and \(schedule.count) --schedule: they go in pairs")
        }
    }

    mutating func run() throws {
        StopSignals.install()
        try reporting {
            let pairs = try JournalFiles.pairs(recording, schedule)
            let paths = JournalPaths(
                recording: output, schedule: scheduleOut ?? JournalFiles.schedule(beside: output))
            let merge = try Merge(
                pairs, committed: try positions.committed(of: pairs.map(\.schedule), kafka, target),
                to: paths, identity: writing.identity, options: writing.writerOptions)
            let progress = Progress("records")
            defer { progress.finish() }
            let isWhole = try merge.run(
                shouldStop: { StopSignals.isRaised }, progress: { progress.update(UInt64($0)) })
            progress.finish()
            guard isWhole else {
                throw Failure(.files, "stopped; \(output) was not written")
            }
            let report = MergeReport(merge.summary)
            warn(report.warnings)
            try result.print(text: report.text, json: report.json)
        }
    }

}
