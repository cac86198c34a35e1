import Arguments
import Interchange
import Perturbation
import Recording
import Records
import Reporting

struct ScheduleShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "show", abstract: "Draw the windows of a schedule as in -> out.",
        discussion: "Without the recording its lines are printed as sentences.",
        examples: [
            CommandExample(
                "kerfuffle schedule show orders.jsonl --recording orders.mcap --limit 3",
                "The first three windows")
        ])

    @Argument(help: "The schedule.", completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: String

    @Option(
        help: ArgumentHelp("The recording that it belongs to.", example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var recording: String?

    @Option(help: "Windows to draw, or decisions to print.", as: ArgumentType(.integer.atLeast(0)))
    var limit: Int = 10

    @Option(help: ArgumentHelp("Only this partition.", example: "orders/3"))
    var partition: String?

    mutating func run() throws {
        try reporting {
            if let recording { try draw(recording) } else { try tell() }
        }
    }

    private func tell() throws {
        let output = try TextOutput()
        let reader = try ScheduleReader(path: schedule)
        output.text.append(text: "\(LineInWords(.header(reader.header), ruleNames: []))\n")
        var left = limit
        while left > 0, let line = try reader.next() {
            switch line {
            case .decision(let source, _):
                guard isWanted(source) else { continue }
                left -= 1
            case .segment(let segment): guard isWanted(segment.source) else { continue }
            case .closing(let closing): guard isWanted(closing.source) else { continue }
            case .loss(let loss): guard isWanted(loss.source) else { continue }
            default: break
            }
            output.text.append(text: "\(LineInWords(line, ruleNames: reader.ruleNames))\n")
            try output.flushIfLarge()
        }
        try output.flush()
    }

    private func isWanted(_ source: TopicPartition) -> Bool {
        partition == nil || partition == "\(source)"
    }

    private func draw(_ recording: String) throws {
        let output = try TextOutput()
        let expected = try ExpectedOutput([(recording, schedule)])
        var cutter = WindowCutter(
            plan: try ScheduleReader(path: schedule).header.plan,
            boundaries: try WindowBoundaries(schedules: [schedule]))
        var left = limit
        while left > 0, let pieces = try expected.next() {
            for piece in pieces where isWanted(piece.source) {
                for window in cutter.windows(of: piece).prefix(left) {
                    output.text.append(text: "\(WindowPicture(window))")
                    try output.flushIfLarge()
                    left -= 1
                }
            }
        }
        try output.flush()
    }
}
