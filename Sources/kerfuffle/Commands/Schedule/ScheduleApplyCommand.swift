import Arguments

struct ScheduleApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "apply", abstract: "Carry a schedule out on its recording, into another recording.",
        examples: [
            CommandExample(
                "kerfuffle schedule apply edited.jsonl --recording orders.mcap -o out.mcap",
                "What an edited schedule delivers")
        ])

    @Argument(help: "The schedule.", completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: String

    @Option(
        help: ArgumentHelp("The recording that it belongs to.", example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var recording: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where the deliveries go.", example: "out.mcap"),
        completion: .files(extensions: ["mcap"]))
    var output: String

    mutating func run() throws {
        var replay = ReplayCommand()
        replay.recording = [recording]
        replay.schedule = [schedule]
        replay.toRecording = output
        try replay.run()
    }
}
