import Arguments

/// A program of two levels that uses every kind of declaration.
struct Sample: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "sample", abstract: "Stir messages by a seed.",
        discussion:
            "The same seed stirs in the same way, on any machine and on any day of the week.",
        subcommands: [Stir.self, Schedule.self], version: "sample 1.2.3",
        exitCodes: [ExitCodeHelp(0, "It worked."), ExitCodeHelp(3, "The spoon isn't there.")])
}

struct Connection: ParsableArguments {
    @Option(
        name: [.customShort("b"), .long],
        help: ArgumentHelp(
            "Brokers to ask first.", valueName: "host:port", example: "localhost:9092"),
        environment: "SAMPLE_BROKERS")
    var brokers: [String]

    @Option(
        name: .customShort("X"), help: ArgumentHelp("A property of the client.", valueName: "k=v"))
    var properties: [String] = []

    func validate() throws {
        let bad = properties.filter { !$0.contains("=") }
        if !bad.isEmpty { throw ValidationError(bad.map { "-X: \($0) has no =" }) }
    }
}

enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

struct Stir: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "stir", aliases: ["mix"], abstract: "Stir one topic into another.",
        examples: [
            CommandExample(
                "sample stir -b localhost:9092 --seed x orders orders.shadow",
                "Shuffle orders, the same way each time"),
            CommandExample("sample stir --dry-run orders", "Only say what would be done"),
        ])

    @Option(
        name: .shortAndLong, help: "Text from which all draws come.", environment: "SAMPLE_SEED")
    var seed: String

    @Option(
        name: .long,
        help: ArgumentHelp("How long a window stays open at the most.", example: "250ms"))
    var maxWait: Duration = .seconds(1)

    @Option(name: .shortAndLong, help: "How results are printed.")
    var format: Format = .text

    @Option(help: "First offset; negative ones count from the end.")
    var from: Int?

    @Option(help: ArgumentHelp("Chance of a drop.", valueName: "share"), as: share)
    var drop: Double = 0.5

    @Option(help: "A file of rules.", completion: .files(extensions: ["yaml", "yml"]))
    var plan: String?

    @Option(help: "A folder for what is written.", completion: .directories)
    var folder: String = "."

    @Flag(name: [.customShort("n"), .long], help: "Only say what would be done.")
    var dryRun = false

    @Flag(negation: true, help: "Force each file onto the disk.", environment: "SAMPLE_FSYNC")
    var fsync = true

    @Flag(name: .shortAndLong, help: "Say more; -vv says everything.")
    var verbose = 0

    @OptionGroup(title: "Connection")
    var connection: Connection

    @Argument(help: "Topics to read.")
    var inputs: [String]

    @Argument(help: "Topic to write.")
    var output: String

    mutating func run() throws {
        if seed == "code" { throw ExitCode(rawValue: 3) }
        if seed == "broken" { throw Broken() }
        if seed == "odd" { throw Odd() }
        if seed == "late" { throw ValidationError("--seed late comes too late") }
    }
}

struct Broken: ExitCodeProviding, CustomStringConvertible {
    let exitCode = ExitCode(rawValue: 4)
    let description = "the broker is gone"
}

struct Odd: Error, CustomStringConvertible { let description = "an odd thing" }

struct Schedule: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "schedule", abstract: "Work on schedules.", subcommands: [ScheduleDiff.self])
}

struct ScheduleDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "diff", abstract: "Compare two schedules.",
        examples: [CommandExample("sample schedule diff a.jsonl b.jsonl", "Find the first edit")])

    @Argument(help: "The one.", completion: .files())
    var left: String

    @Argument(help: "The other; standard input unless given.", completion: .files())
    var right: String = "-"

    mutating func run() {}
}

let share = ArgumentType<Double>(valueName: "share") { text in
    guard let value = Double(text), (0...1).contains(value) else {
        return .failure(InvalidArgument("\"\(text)\" is no share; write 0.5"))
    }
    return .success(value)
}

extension Duration: ExpressibleByArgument {
    public static var argumentType: ArgumentType<Duration> {
        ArgumentType(valueName: "duration", spell: spelled) { text in
            guard text.hasSuffix("s"), let seconds = Int(text.dropLast()) else {
                return .failure(InvalidArgument("\"\(text)\" is no duration; write 2s"))
            }
            return .success(.seconds(seconds))
        }
    }
}

@Sendable private func spelled(_ duration: Duration) -> String {
    "\(duration.components.seconds)s"
}
