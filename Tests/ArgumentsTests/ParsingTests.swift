import Testing

@testable import Arguments

/// What a line of words comes to: the command's values, the text shown or the problems.
func outcome(_ line: String, environment: [String: String] = [:]) -> String {
    let words = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
    switch CommandLineParser(Sample.self, environment: environment).parse(words) {
    case .run(let command as Stir, _): return values(command)
    case .run(let command as ScheduleDiff, _): return "\(command.left) \(command.right)"
    case .run(let command, _): return "\(command)"
    case .show(let text): return text
    case .refused(let error): return error.messages.joined(separator: "\n")
    }
}

private func values(_ stir: Stir) -> String {
    var parts = ["seed=\(stir.seed)", "in=\(stir.inputs)", "out=\(stir.output)"]
    if stir.maxWait != .seconds(1) { parts.append("maxWait=\(stir.maxWait)") }
    if stir.format != .text { parts.append("format=\(stir.format)") }
    if let from = stir.from { parts.append("from=\(from)") }
    if stir.drop != 0.5 { parts.append("drop=\(stir.drop)") }
    if let plan = stir.plan { parts.append("plan=\(plan)") }
    if stir.folder != "." { parts.append("folder=\(stir.folder)") }
    if stir.dryRun { parts.append("dryRun") }
    if !stir.fsync { parts.append("no-fsync") }
    if stir.verbose > 0 { parts.append("verbose=\(stir.verbose)") }
    if stir.connection.brokers != ["b"] { parts.append("brokers=\(stir.connection.brokers)") }
    if !stir.connection.properties.isEmpty { parts.append("X=\(stir.connection.properties)") }
    return parts.joined(separator: " ")
}

private let plain = "seed=s in=[\"i\"] out=o"

@Suite struct ParsingTests {
    @Test(arguments: [
        ("-s s i o", plain), ("--seed s i o", plain), ("--seed=s i o", plain), ("-ss i o", plain),
        ("-s=s i o", plain), ("i --seed s o", plain), ("i o --seed s", plain),
        ("--seed x --seed s i o", plain), ("--seed s -- i o", plain),
        ("--seed= i o", "seed= in=[\"i\"] out=o"), ("--seed '' i o", "seed= in=[\"i\"] out=o"),
        ("--seed=a=b i o", "seed=a=b in=[\"i\"] out=o"),
        ("-s s -- --seed o", "seed=s in=[\"--seed\"] out=o"),
        ("-s s - o", "seed=s in=[\"-\"] out=o"), ("-s - i o", "seed=- in=[\"i\"] out=o"),
        ("-s s a b c", "seed=s in=[\"a\", \"b\"] out=c"),
        ("-s s --from -5 i o", "\(plain) from=-5"), ("-s s --from=-5 i o", "\(plain) from=-5"),
        ("-s s -5 -6.5", "seed=s in=[\"-5\"] out=-6.5"),
        ("-s s -n i o", "\(plain) dryRun"), ("-nvs s i o", "\(plain) dryRun verbose=1"),
        ("-vvvss i o", "\(plain) verbose=3"), ("-nvs=s i o", "\(plain) dryRun verbose=1"),
        ("--verbose -v -s s i o", "\(plain) verbose=2"),
        ("-s s --no-fsync i o", "\(plain) no-fsync"),
        ("-s s --no-fsync --fsync i o", plain),
        ("-s s -fjson i o", "\(plain) format=json"),
        ("-s s --drop 0.25 i o", "\(plain) drop=0.25"),
        ("-s s --max-wait 5s i o", "\(plain) maxWait=5.0 seconds"),
        ("-s s -X a=1 -Xb=2 -X=c=3 i o", "\(plain) X=[\"a=1\", \"b=2\", \"c=3\"]"),
        ("-s s -b x:1 --brokers y:2 i o", "\(plain) brokers=[\"x:1\", \"y:2\"]"),
    ])
    func `reads every way of writing an option`(line: String, expected: String) {
        #expect(outcome("stir \(line)", environment: ["SAMPLE_BROKERS": "b"]) == expected)
        #expect(outcome("mix \(line)", environment: ["SAMPLE_BROKERS": "b"]) == expected)
    }

    @Test(arguments: [
        ("", "no command is given; the commands are stir, schedule, help, completion, manual"),
        ("stri", "unknown command \"stri\"; did you mean stir?"),
        (
            "frobnicate",
            "unknown command \"frobnicate\"; the commands are stir, schedule, help, completion, manual"
        ),
        ("--seed s stir", "unknown option --seed; options stand behind the command"),
        ("schedule", "no command is given; the commands are diff"),
        ("schedule dif", "unknown command \"dif\"; did you mean diff?"),
        ("help schedule dif", "unknown command \"dif\"; did you mean diff?"),
        ("completion bahs", "<shell>: \"bahs\" is none of bash, zsh, fish; did you mean bash?"),
        ("schedule diff", "missing: <left>"),
        ("schedule diff a b c d", "unexpected argument \"c\"\nunexpected argument \"d\""),
        ("completion tcsh", "<shell>: \"tcsh\" is none of bash, zsh, fish"),
        (
            "stir",
            "missing: --seed <text> (or SAMPLE_SEED), --brokers <host:port> (or SAMPLE_BROKERS),"
                + " <inputs>, <output>"
        ),
        ("stir -s s -b b i", "missing: <output>"),
        ("stir -s s -b b i o --sed x", "unknown option --sed; did you mean --seed?"),
        ("stir -s s -b b i o --qqqq", "unknown option --qqqq"),
        ("stir -s s -b b i o -nq", "unknown option -q (in -nq)"),
        ("stir -s s -b b i o --fsync=no", "--fsync takes no value"),
        ("stir -b b i o --seed", "--seed needs a value <text>"),
        (
            "stir -b b i o --seed --fsync",
            "--seed needs a value <text>; one that begins with a dash is written --seed=--fsync"
        ),
        (
            "stir -b b i o -f xml --from x --max-wait 5 --drop 2 -s s",
            """
            --max-wait: "5" is no duration; write 2s
            --format: "xml" is none of text, json
            --from: "x" is no whole number; write 5
            --drop: "2" is no share; write 0.5
            """
        ),
        (
            "stir -b b i o -s s --from 9223372036854775808",
            "--from: \"9223372036854775808\" is not within "
                + "-9223372036854775808 to 9223372036854775807"
        ),
        ("stir -b b i o -s s -X a -X b", "-X: a has no =\n-X: b has no ="),
        (
            "stir --form x --from y i",
            """
            unknown option --form; did you mean --from?
            --from: "y" is no whole number; write 5
            missing: --seed <text> (or SAMPLE_SEED), --brokers <host:port> (or SAMPLE_BROKERS)
            """
        ),
    ])
    func `says all that is wrong at once`(line: String, expected: String) {
        #expect(outcome(line) == expected)
    }

    @Test func `takes from the environment what the arguments do not say`() {
        let environment = [
            "SAMPLE_BROKERS": "x:1,y:2", "SAMPLE_SEED": "e", "SAMPLE_FSYNC": "no",
        ]
        #expect(
            outcome("stir i o", environment: environment)
                == "seed=e in=[\"i\"] out=o no-fsync brokers=[\"x:1\", \"y:2\"]")
        #expect(
            outcome("stir i o -s s -b b --fsync", environment: environment) == plain)
        #expect(
            outcome("stir i o -b b", environment: ["SAMPLE_SEED": "", "SAMPLE_FSYNC": "perhaps"])
                == """
                SAMPLE_FSYNC: "perhaps" is neither true nor false
                missing: --seed <text> (or SAMPLE_SEED)
                """)
    }

    @Test func `an optional argument keeps its default`() {
        #expect(outcome("schedule diff a") == "a -")
        #expect(outcome("schedule diff a b") == "a b")
    }

    @Test func `commands are values: a copy changes alone`() {
        guard
            case .run(let command as ScheduleDiff, _) = CommandLineParser(Sample.self)
                .parse(["schedule", "diff", "a"])
        else {
            Issue.record("not parsed")
            return
        }
        var copy = command
        copy.left = "b"
        #expect(command.left == "a")
        #expect(copy.left == "b")
    }

    @Test func `two parses share nothing`() {
        let parser = CommandLineParser(Sample.self, environment: ["SAMPLE_BROKERS": "b"])
        _ = parser.parse(["stir", "-s", "x", "-X", "a=1", "-vv", "i", "o"])
        guard
            case .run(let command as Stir, _) = parser.parse(["stir", "-s", "s", "i", "o"])
        else {
            Issue.record("not parsed")
            return
        }
        #expect(command.verbose == 0)
        #expect(command.connection.properties == [])
    }
}
