import Arguments
import Foundation
import Perturbation
import Recording
import Records
import Reporting

struct ScheduleCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "schedule", abstract: "Show, compare, check and apply schedules.",
        subcommands: [
            ScheduleShowCommand.self, ScheduleDiffCommand.self, ScheduleCheckCommand.self,
            ScheduleApplyCommand.self, SchedulePackCommand.self,
        ])
}

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
        let reader = try ScheduleReader(path: schedule)
        print(LineInWords(.header(reader.header), ruleNames: []))
        var left = limit
        while left > 0, let line = try reader.next() {
            switch line {
            case .decision(let source, _):
                guard isWanted(source) else { continue }
                left -= 1
            case .segment(let segment): guard isWanted(segment.source) else { continue }
            case .closing(let closing): guard isWanted(closing.source) else { continue }
            default: break
            }
            print(LineInWords(line, ruleNames: reader.ruleNames))
        }
    }

    private func isWanted(_ source: TopicPartition) -> Bool {
        partition == nil || partition == "\(source)"
    }

    private func draw(_ recording: String) throws {
        let expected = try ExpectedOutput([(recording, schedule)])
        var cutter = WindowCutter(
            plan: try ScheduleReader(path: schedule).header.plan,
            boundaries: try WindowBoundaries(schedules: [schedule]))
        var left = limit
        while left > 0, let pieces = try expected.next() {
            for piece in pieces where isWanted(piece.source) {
                for window in cutter.windows(of: piece).prefix(left) {
                    print(WindowPicture(window), terminator: "")
                    left -= 1
                }
            }
        }
    }
}

struct ScheduleDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "diff", abstract: "What two schedules decide differently.",
        discussion: "Ends with 0 where they decide the same and with 1 where they do not.",
        examples: [
            CommandExample(
                "kerfuffle schedule diff before.jsonl after.jsonl", "Compare two schedules")
        ])

    @Argument(help: "One schedule.", completion: .files(extensions: ["jsonl", "zst"]))
    var left: String

    @Argument(help: "Another.", completion: .files(extensions: ["jsonl", "zst"]))
    var right: String

    mutating func run() throws {
        try reporting {
            let difference = try ScheduleDifference(left, right)
            for line in difference.header { print("! \(line)") }
            if let (left, right) = difference.recordings {
                print("of two recordings: \(left) and \(right)")
            }
            for entry in difference.entries {
                if let line = entry.left { print("- \(line)") }
                if let line = entry.right { print("+ \(line)") }
            }
            print("\(difference.same) decisions the same, \(difference.entries.count) not")
            if !difference.isEmpty { throw ExitCode(rawValue: Ending.difference.rawValue) }
        }
    }
}

struct ScheduleCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "check", abstract: "Look a schedule over after editing by hand.",
        discussion:
            "Says every line that will not do. With the recording, records, anchors and windows are "
            + "looked up too. Ends with 0 where all is well and with 65 where it is not.",
        examples: [
            CommandExample(
                "kerfuffle schedule check edited.jsonl --recording orders.mcap",
                "Check the lines and what they point at")
        ])

    @Argument(help: "The schedule.", completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: String

    @Option(
        help: ArgumentHelp("The recording that it belongs to.", example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var recording: String?

    mutating func run() throws {
        try reporting {
            let check = try ScheduleCheck(schedule: schedule, recording: recording)
            for problem in check.problems { print("\(schedule): \(problem)") }
            print(
                "\(check.decisions) decisions, \(check.checkpoints) checkpoints, "
                    + "\(check.problems.count) problems" + (check.isClosed ? "" : "; not closed"))
            if !check.problems.isEmpty { throw ExitCode(rawValue: Ending.input.rawValue) }
        }
    }
}

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

struct SchedulePackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "pack", abstract: "Compress a closed schedule; every command reads the result.",
        examples: [
            CommandExample("kerfuffle schedule pack orders.jsonl", "Write orders.jsonl.zst")
        ])

    @Argument(help: "The schedule.", completion: .files(extensions: ["jsonl"]))
    var schedule: String

    mutating func run() throws {
        try reporting { print(try SchedulePacker.pack(schedule)) }
    }
}
