import Testing

@testable import Arguments

@Suite struct HelpTests {
    @Test(arguments: ["--help", "-h", "help"])
    func `help of the program`(line: String) {
        #expect(
            outcome(line) == """
                Stir messages by a seed.

                Usage: sample <command>

                The same seed stirs in the same way, on any machine and on any day of the week.

                Options:
                  -h, --help              Show this help.
                      --version           Show the version.

                Commands:
                  stir, mix               Stir one topic into another.
                  schedule                Work on schedules.
                  help                    Show the help of a command.
                  completion              Print a completion script for a shell.
                  manual                  Print a page of the manual.

                More on a command: sample help <command>

                """)
    }

    @Test(arguments: ["stir --help", "help stir", "stir -h", "mix i --sed -nh", "help mix"])
    func `help of a command`(line: String) {
        #expect(
            outcome(line) == """
                Stir one topic into another.

                Usage: sample stir [options] --seed <text> --brokers <host:port> <inputs>... <output>

                Arguments:
                  <inputs>...             Topics to read.
                  <output>                Topic to write.

                Options:
                  -s, --seed <text>       Text from which all draws come. (environment:
                                          SAMPLE_SEED; required)
                      --max-wait <duration>
                                          How long a window stays open at the most. (default:
                                          1s; example: 250ms)
                  -f, --format <text|json>
                                          How results are printed. (default: text)
                      --from <number>     First offset; negative ones count from the end.
                      --drop <share>      Chance of a drop. (default: 0.5)
                      --plan <file>       A file of rules.
                      --folder <folder>   A folder for what is written. (default: .)
                  -n, --dry-run           Only say what would be done.
                      --fsync, --no-fsync
                                          Force each file onto the disk. (default: on;
                                          environment: SAMPLE_FSYNC)
                  -v, --verbose           Say more; -vv says everything.
                  -h, --help              Show this help.

                Connection:
                  -b, --brokers <host:port>
                                          Brokers to ask first. May be repeated. (environment:
                                          SAMPLE_BROKERS; example: localhost:9092; required)
                  -X <k=v>                A property of the client. May be repeated.

                Examples:
                  Shuffle orders, the same way each time
                    sample stir -b localhost:9092 --seed x orders orders.shadow
                  Only say what would be done
                    sample stir --dry-run orders

                """)
    }

    @Test(arguments: ["schedule diff --help", "help schedule diff"])
    func `help of a command of a command`(line: String) {
        #expect(
            outcome(line) == """
                Compare two schedules.

                Usage: sample schedule diff [options] <left> [<right>]

                Arguments:
                  <left>                  The one.
                  <right>                 The other; standard input unless given. (default: -)

                Options:
                  -h, --help              Show this help.

                Examples:
                  Find the first edit
                    sample schedule diff a.jsonl b.jsonl

                """)
    }

    @Test func `help keeps to its width`() {
        for width in [50, 60, 80, 120] {
            let text = HelpText(CommandDescription(Stir.self), width: width).text
            // Command lines are left whole, to be copied.
            let lines = text.split(separator: "\n").filter {
                !$0.hasPrefix("Usage:") && !$0.hasPrefix("    sample ")
            }
            #expect(lines.filter { $0.count > width } == [])
            #expect(lines.contains { $0.count > width - 10 })
        }
    }

    @Test func `the version`() {
        #expect(outcome("--version") == "sample 1.2.3\n")
        #expect(outcome("stir --version") == "sample 1.2.3\n")
    }

    @Test func `a declaration's mistakes are found`() {
        #expect(CommandDescription(Sample.self).declarationFaults == [])
        #expect(
            CommandDescription(Faulty.self).declarationFaults == [
                "faulty: --one is declared twice", "faulty: there is no abstract",
                "faulty: --one has no help", "faulty: two arguments take any number of words",
                "faulty: the example \"sample faulty\" does not begin with the command",
            ])
    }
}

private struct Faulty: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "faulty", abstract: "", examples: [CommandExample("sample faulty", "Nothing")])
    @Option(help: "") var one: String?
    @Flag(name: .customLong("one"), help: "Again.") var two = false
    @Argument(help: "Many.") var many: [String] = []
    @Argument(help: "More.") var more: [String] = []

    mutating func run() {}
}
