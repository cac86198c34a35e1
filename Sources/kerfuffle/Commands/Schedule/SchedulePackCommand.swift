import Arguments
import Recording

struct SchedulePackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "pack", abstract: "Compress a closed schedule; every command reads the result.",
        examples: [
            CommandExample("kerfuffle schedule pack orders.jsonl", "Write orders.jsonl.zst")
        ])

    @Argument(help: "The schedule.", completion: .files(extensions: ["jsonl"]))
    var schedule: String

    mutating func run() throws {
        try reporting { try show(try SchedulePacker.pack(schedule) + "\n") }
    }
}
