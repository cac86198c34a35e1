import Testing

/// Each rule on a planted fault, and on what looks like one.
@Suite struct RuleTests {
    private func places(_ findings: [Finding]) -> [Int] { findings.map(\.line).sorted() }

    @Test(arguments: [
        ("Records", "import Foundation", true),
        ("Records", "import CRdkafka", true),
        ("Perturbation", "import Records", false),
        ("Perturbation", "import struct Foundation.Date", true),
        ("Perturbation", "@preconcurrency import Glibc", true),
        ("Recording", "@testable import KafkaClient", true),
        ("Recording", "public import MCAP", false),
        ("KafkaClient", "import Dispatch; import CZstd", true),
        ("KafkaClient", "// import CZstd", false),
        ("KafkaClient", "let important = 1", false),
        ("Unheard", "let a = 1", true),
    ])
    func `an import against the arrows is found`(target: String, line: String, isFault: Bool) {
        let file = SourceFile("Sources/\(target)/File.swift", "\n" + line + "\n")
        #expect(importFindings(file).isEmpty != isFault)
    }

    @Test func `tests may import what they test`() {
        #expect(
            importFindings(SourceFile("Tests/RecordsTests/A.swift", "import Testing\n")).isEmpty)
    }

    @Test(arguments: [
        "let now = Date()", "let clock = ContinuousClock()", "clock_gettime(CLOCK_REALTIME, &t)",
        "var g = SystemRandomNumberGenerator()", "let id = UUID().uuidString",
        "let i = Int.random(in: 0..<3)", "order.shuffled()", "order.shuffle(using: &g)",
        "let h = key.hashValue", "func hash(into hasher: inout Hasher) {",
        #"let text = "\(Date())""#,
    ])
    func `a clock or a draw of the system in Perturbation is found`(line: String) {
        let file = SourceFile("Sources/Perturbation/File.swift", "\n" + line + "\n")
        #expect(places(purityFindings(file)) == [2])
        #expect(purityFindings(SourceFile("Sources/Proxy/File.swift", line)).isEmpty)
    }

    @Test(arguments: [
        "// no Date() here", #"let text = "UUID()""#, "let date = update(1)", "case .shuffle: 1",
        "let operand = operand(1)",
    ])
    func `what only looks like one is left alone`(line: String) {
        #expect(purityFindings(SourceFile("Sources/Perturbation/File.swift", line)).isEmpty)
    }

    @Test(arguments: [
        ("for key in seen {", true), ("for (key, value) in self.counts {", true),
        ("for value in counts.values where value > 0 {", true),
        ("let all = counts.keys.map { $0 }", true), ("let all = Array(counts.keys)", true),
        ("let one = seen.first", true), ("let one = list.first", false),
        ("for key in seen.sorted() {", false), ("let sum = seen.count", false),
        ("counts[key, default: 0] += 1", false), ("for item in list {", false),
        ("if seen.contains(key) {", false),
    ])
    func `a walk over a dictionary or a set in Perturbation is found`(line: String, isFault: Bool) {
        let declarations = """
            var seen: Set<Int> = []
            var counts = [Int: Int]()
            let list: [Int] = []

            """
        let file = SourceFile("Sources/Perturbation/File.swift", declarations + line + "\n")
        #expect(places(purityFindings(file)) == (isFault ? [4] : []))
    }

    @Test func `a file above 400 lines is found`() {
        let most = SourceFile("Sources/A/A.swift", String(repeating: "\n", count: 400))
        let more = SourceFile("Sources/A/A.swift", String(repeating: "\n", count: 401))
        #expect(sourceFindings(most).isEmpty)
        #expect(places(sourceFindings(more)) == [401])
    }

    @Test func `traps and unfinished work are found`() {
        let text = """
            fatalError("no")
            let a = try! b()
            let c = d as! E
            // TODO: later
            let fine = "fatalError( try! as!"  // as! in a comment
            let `has as! in its name` = alias!
            let f = "\\(try! g())"
            """
        #expect(places(sourceFindings(SourceFile("Sources/A/A.swift", text))) == [1, 2, 3, 4, 7])
    }

    @Test func `an empty target is found`() {
        let files = [
            SourceFile("Sources/A/A.swift", ""),
            SourceFile("Sources/System/C/module.modulemap", ""),
            SourceFile("Sources/B/notes.md", ""),
            SourceFile("Tests/ATests/A.swift", "@Test func a"),
            SourceFile("Tests/BTests/B.swift", "// @Test"),
        ]
        let folders = [
            "Sources/A", "Sources/B", "Sources/System/C", "Tests/ATests", "Tests/BTests",
        ]
        #expect(
            emptyTargetFindings(files, folders: folders).map(\.file) == [
                "Sources/B", "Tests/BTests",
            ])
    }

    @Test func `a package from outside and an unsafe flag are found`() {
        let text = """
            // .package( in a comment
            .package(path: "../other")
            swiftSettings: [.unsafeFlags(["-O"])]
            """
        #expect(places(packageFindings(SourceFile("Package.swift", text))) == [2, 3])
    }

    @Test func `loose ends of lines and paths of one machine are found`() {
        let slash = "/"
        let text = [
            "clean", "loose ", "tab\t", "see \(slash)root\(slash)x",
            "https://host\(slash)home\(slash)x",
            "'\(slash)home\(slash)me'", "../work\(slash)x", "$HOME\(slash)work\(slash)x", "",
        ].joined(separator: "\n")
        #expect(places(textFindings(SourceFile("a.md", text))) == [2, 3, 4, 6])
        let golden = SourceFile("Tests/ATests/Golden/out.txt", "loose \n'\(slash)home\(slash)me'")
        #expect(places(textFindings(golden)) == [2])
    }

    @Test func `blanking keeps lines and interpolated code, and nothing of literals`() {
        let text = ##"""
            let a = "x // y" + b /* c /* d */ e */ + f
            let g = #"\(no) \#(yes(")")) "quoted" "# + h
            let i = """
                j "k" \(l["m"])
                """ + n
            """##
        let words = blankingCommentsAndLiterals(text).split(whereSeparator: \.isWhitespace)
        #expect(
            words.joined(separator: " ")
                == "let a = + b + f let g = yes( )) + h let i = l[ ]) + n")
        #expect(
            blankingCommentsAndLiterals(text).split(separator: "\n").count
                == text.split(separator: "\n").count)
    }
}
