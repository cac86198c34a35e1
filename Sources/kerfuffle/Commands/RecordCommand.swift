import Arguments
import Perturbation
import Proxy
import Recording

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "record",
        abstract: "Record topics, exactly once, and send nothing.",
        discussion:
            "Positions are committed with what is in the files, so that a run that was stopped or killed "
            + "goes on without a gap. Beside the recording stands a schedule that says what of it counts.",
        examples: [
            CommandExample(
                "kerfuffle record -b localhost:9092 --in orders --record orders.mcap",
                "Record orders until told to stop"),
            CommandExample(
                "kerfuffle record -b localhost:9092 --in orders --in payments --record shop "
                    + "--rotate 1GiB --until-end",
                "Both topics as of now, into a folder of files"),
        ])

    @OptionGroup(title: "Kafka") var kafka: BrokerOptions

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "A topic to read.", valueName: "topic", example: "orders"))
    var input: [String]

    @OptionGroup(title: "Files") var files: JournalFiles
    @OptionGroup(title: "Reading") var reading: RunOptions

    func validate() throws {
        if files.record == nil { throw ValidationError("give the file to record to: --record") }
    }

    mutating func run() throws {
        let display = reading.log.display()
        StopSignals.install(announcing: !display.isStructured)
        try reading.log.reporting(display) {
            let configuration = reading.configuration(
                try kafka.client(), input.map { Route(input: $0, output: nil) }, .recording,
                files: files)
            try reading.run(configuration, files: files, display)
        }
    }
}

extension Plan {
    /// Every record is a window by itself: it is committed as soon as it is in the file.
    fileprivate static let recording = Plan(
        seed: "", window: WindowShape(records: 1...1, maxWait: nil))
}
