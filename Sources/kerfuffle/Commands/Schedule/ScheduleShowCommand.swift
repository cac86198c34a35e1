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
        output.text.append(
            text: printable("\(LineInWords(.header(reader.header), ruleNames: []))\n"))
        var left = limit
        var sources: Set<TopicPartition> = []
        while left > 0, let line = try reader.next() {
            if let source = line.source {
                sources.insert(source)
                guard isWanted(source) else { continue }
            }
            if case .decision = line { left -= 1 }
            output.text.append(
                text: printable("\(LineInWords(line, ruleNames: reader.ruleNames))\n"))
            try output.flushIfLarge()
        }
        if left > 0 { try check(sources) }
        try output.flush()
    }

    private func isWanted(_ source: TopicPartition) -> Bool {
        partition == nil || partition == "\(source)"
    }

    /// - Parameter sources: all that the schedule speaks of.
    private func check(_ sources: Set<TopicPartition>) throws {
        guard let partition, !sources.contains(where: isWanted) else { return }
        throw Failure(
            .input,
            "\(schedule): no partition \(partition) in this schedule; it has \(sources.inWords)")
    }

    private func draw(_ recording: String) throws {
        let output = try TextOutput()
        let expected = try ExpectedOutput([(recording, schedule)], checksAnchors: true)
        var cutter = WindowCutter(
            plan: try ScheduleReader(path: schedule).header.plan,
            boundaries: try WindowBoundaries(schedules: [schedule]))
        var left = limit
        var sources: Set<TopicPartition> = []
        while left > 0, let pieces = try expected.next() {
            for piece in pieces {
                sources.insert(piece.source)
                guard isWanted(piece.source) else { continue }
                for window in cutter.windows(of: piece).prefix(left) {
                    output.text.append(text: printable("\(WindowPicture(window))"))
                    try output.flushIfLarge()
                    left -= 1
                }
            }
        }
        if left > 0 { try check(sources) }
        try output.flush()
    }
}

extension ScheduleLine {
    /// The partition that the line is of; nil where it is of none, or of several.
    fileprivate var source: TopicPartition? {
        switch self {
        case .decision(let source, _): source
        case .segment(let segment): segment.source
        case .closing(let closing): closing.source
        case .loss(let loss): loss.source
        case .again(let window): window.source
        default: nil
        }
    }
}
