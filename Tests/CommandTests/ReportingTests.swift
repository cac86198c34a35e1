import Testing

@testable import Reporting

@Suite struct ReportingTests {
    @Test func `progress says rate and time left`() {
        let line = Progress.line("records", 12_000, of: 100_000, after: .seconds(2))
        #expect(line == "12000 of 100000 records, 6000/s, 14 s left")
        #expect(Progress.line("records", 500, of: nil, after: .seconds(1)) == "500 records, 500/s")
        #expect(Progress.line("records", 0, of: 5, after: .zero) == "0 of 5 records, 0/s")
    }

    @Test func `columns are as wide as their widest text`() {
        var table = TextTable([("topic", .left), ("n", .right)])
        table.append(["a", "1"])
        table.append(["a longer name", "1000"])
        #expect(
            table.text == """
                topic             n
                a                 1
                a longer name  1000

                """)
        #expect(TextTable.pairs([("a", "1"), ("long", "2")]) == "a     1\nlong  2\n")
    }

    @Test(arguments: [
        (UInt64(999), "999 ns"), (1500, "1.500 us"), (2_000_001, "2.000 ms"),
        (61_234_567_890, "61.234 s"),
    ])
    func `times are told in the unit that fits`(nanoseconds: UInt64, text: String) {
        #expect(shown(nanoseconds: nanoseconds) == text)
    }

    @Test(arguments: [
        ("orders", "orders"), ("a b", "\"a b\""), ("", "\"\""), ("a\tb", "\"a\\tb\""),
        ("日本", "日本"), ("\"", "\"\\\"\""),
    ])
    func `names that could be mistaken stand in quotes`(name: String, text: String) {
        #expect(shown(name) == text)
    }
}
