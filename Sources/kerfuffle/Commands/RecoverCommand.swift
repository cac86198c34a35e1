import Arguments
import Recording
import Reporting

struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "recover", abstract: "Save what is whole of a recording that was cut or damaged.",
        discussion:
            "Writes a new recording, reads it again from its first byte to its last, and says what "
            + "it holds. Exit code 0 means that nothing had to be left behind, 1 that something had.",
        examples: [
            CommandExample(
                "kerfuffle recover crashed.mcap -o orders.mcap", "A whole file from one that is cut"
            )
        ])

    @Argument(
        help: "A recording: a file or a folder.", completion: .files(extensions: ["mcap"]))
    var recording: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The recording to write, which must not be there yet.", valueName: "file",
            example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var output: String

    @OptionGroup var result: OutputOptions

    mutating func run() throws {
        StopSignals.install()
        try reporting {
            let recovery: RecordingRecovery
            do {
                recovery = try RecordingRecovery(
                    of: recording, to: output, shouldStop: { StopSignals.isRaised })
            } catch let error as RecordingError where error.kind == .stopped {
                throw Failure(.files, "stopped; \(output) was not written")
            }
            let report = RecoveryReport(recovery)
            try result.print(text: report.text, json: report.json)
            if recovery.isPartial { throw ExitCode(rawValue: Ending.difference.rawValue) }
        }
    }
}
