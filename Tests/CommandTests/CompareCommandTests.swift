import Foundation
import Perturbation
import Testing

@Suite struct CompareCommandTests {
    static let crossover = Kerfuffle.repository
        .appendingPathComponent("topologies/crossover-contention.yaml").path
    static let sweep = [
        "--seeds", "4", "--messages", "600", "--sweep",
        "sources.orders.keys=uniform(8),uniform(32),uniform(1000)",
    ]

    static func compare(_ arguments: [String]) throws -> Kerfuffle.Result {
        try Kerfuffle.run(["compare", crossover] + arguments)
    }

    @Test func `a sweep stands in the table, in JSON and in CSV`() throws {
        let text = try Self.compare(Self.sweep)
        try #require(text.code == 0, "\(text.errors)")
        #expect(text.errors.isEmpty, "progress is for terminals")
        let rows = text.text.split(separator: "\n").filter { $0.hasPrefix("uniform(32)") }
        #expect(rows.count == 2 + 1 + 2)
        #expect(text.text.contains("Wasted work along sources.orders.keys: partitioned leads"))

        let json = try JSONValue(parsing: try Self.compare(Self.sweep + ["--format", "json"]).text)
        guard case .array(let points)? = json["points"] else {
            Issue.record("no points")
            return
        }
        #expect(points.count == 3)
        #expect(points[1]["values"]?["sources.orders.keys"] == .string("uniform(32)"))
        #expect(json["crossings"] != nil)

        let csv = try Self.compare(Self.sweep + ["--format", "csv"]).text.split(separator: "\n")
        #expect(
            csv[0] == "sources.orders.keys,strategy,figure,mean,half_width_95,difference,"
                + "difference_half_width_95,p_holm,variance_ratio,low_95,high_95,expected_runs")
        #expect(
            csv.contains { $0.hasPrefix("uniform(8),optimistic,goodput,") && $0.contains(",,,,") })
        let cells = csv.first { $0.hasPrefix("uniform(8),partitioned,latencyP99,") }
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(cells?.count == 12 && cells?.dropLast().allSatisfy { !$0.isEmpty } == true)
    }

    @Test func `values with commas are quoted in CSV`() throws {
        let csv = try Self.compare([
            "--seeds", "2", "--messages", "50", "--format", "csv", "--sweep",
            "sources.orders.keys=zipf(9, 1),uniform(9)",
        ])
        #expect(csv.text.contains("\n\"zipf(9, 1)\",optimistic,goodput,"))
    }

    @Test(arguments: [
        (["--sweep", "handlers.updtae.workers=1"], "did you mean `update`?"),
        (["--sweep", "handlers.update.workers=0,x"], "\"x\" is no number of workers"),
        (["--sweep", "handlers.update.workers=0,x"], "\"0\" is no number of workers"),
        (["--sweep", "seed=a,b"], "--seed"),
        (["--sweep", "run.messages=10,20", "--messages", "5"], "--messages says it, too"),
        (
            ["--sweep", "handlers.update.workers=1,2", "--set", "handlers.update.workers=3"],
            "given twice"
        ),
        (["--set", "handlers.update.worker=3"], "did you mean `workers`?"),
        (["--set", "seed=a", "--set", "seed=b"], "--set seed: its value is given twice"),
    ])
    func `a sweep that will not do is refused before anything runs`(
        arguments: [String], words: String
    ) throws {
        let result = try Self.compare(arguments)
        #expect(result.code == 64)
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test(arguments: [
        ["--messages", "100"], ["--time", "1s"], ["--set", "run.time=1s"],
        ["--set", "run.messages=100"],
    ])
    func `a topology without an end has that of the flags`(flags: [String]) throws {
        let folder = try TemporaryFolder()
        let text = """
            sources: {s: {to: q, rate: 100/s}}
            handlers: {h: {from: q, steps: [think: 5ms]}}
            """
        try text.write(toFile: folder.path("t.yaml"), atomically: true, encoding: .utf8)
        for command in [["simulate"], ["compare", "--seeds", "2", "--strategies", "naive"]] {
            let words = [command[0], folder.path("t.yaml")] + command.dropFirst()
            let alone = try Kerfuffle.run(words)
            #expect(alone.code == 65 && alone.errors.contains("or give --messages or --time"))
            let ended = try Kerfuffle.run(words + flags)
            #expect(ended.code == 0, "\(ended.errors)")
        }
    }

    @Test func `a page that cannot be written is refused before anything runs`() throws {
        let result = try Self.compare(["--html", "/nowhere/page.html", "--seeds", "1000000"])
        #expect(result.code == 74)
        #expect(result.errors.contains("/nowhere/page.html: cannot be written"))
    }

    @Test
    func `every figure stands in the table of one point, and along a sweep where it is asked for`()
        throws
    {
        let few = ["--seeds", "3", "--messages", "400"]
        let all = try Self.compare(few).text
        for words in [
            "goodput", "p99.9 of latency", "conflicts", "wasted work", "retries per success",
            "attempts of one message", "waiting behind another key", "utilisation",
            "imbalance of workers", "* differs from optimistic",
            "Not measured: the first 40 messages of each run",
        ] {
            #expect(all.contains(words), "\(words)")
        }
        let main = try Self.compare(few + ["--figures", "main"]).text
        #expect(!main.contains("p99.9") && main.contains("strategy     "))
        let sweep = ["--sweep", "sources.orders.keys=uniform(8),uniform(32)"]
        #expect(!(try Self.compare(few + sweep).text.contains("p99.9")))
        let swept = try Self.compare(few + sweep + ["--figures", "all"]).text
        #expect(swept.contains("\nsources.orders.keys uniform(32)\nfigure "))
    }

    @Test func `what is not measured is said, and whether MSER-5 said so`() throws {
        let few = ["--seeds", "3", "--messages", "2000", "--set"]
        let cut = try Self.compare(few + ["run.warmUp=mser5"])
        #expect(cut.text.contains("cut by MSER-5"), "\(cut.errors)")
        let json = try JSONValue(
            parsing: try Self.compare(few + ["run.warmUp=5%", "--format", "json"]).text)
        guard case .array(let sides)? = json["strategies"] else {
            Issue.record("no strategies")
            return
        }
        #expect(sides[0]["warm_up"]?["by"] == .string("share"))
        #expect(sides[0]["warm_up"]?["most_messages"] == .number("100"))
    }
}
