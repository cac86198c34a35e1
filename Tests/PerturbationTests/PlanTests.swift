import Configuration
import Foundation
import Records
import Testing

@testable import Perturbation

@Suite struct PlanTests {
    private static let repository = Reference.folder.deletingLastPathComponent()

    private func file(_ path: String) throws -> Plan {
        let bytes = try Data(contentsOf: Self.repository.appending(path: path))
        return try Plan(yaml: Array(bytes), file: path)
    }

    private func plan(_ yaml: String) throws -> Plan {
        try Plan(yaml: Array(yaml.utf8), file: "plan.yaml", gaps: { _ in [30, 10, 20] })
    }

    private func problems(_ yaml: String) -> [String] {
        do {
            let plan = try Plan(yaml: Array(yaml.utf8), file: "plan.yaml")
            return ["accepted: \(plan.canonicalText)"]
        } catch {
            return error.problems.map(\.description)
        }
    }

    // MARK: Reading

    @Test func `the shipped default is the default`() throws {
        let shipped = try file("topologies/shadow.yaml")
        #expect(shipped == .standard)
        #expect(shipped.canonicalText == Plan.standard.canonicalText)
    }

    @Test(arguments: [
        ("jitter", ["byDelay", "delay"]), ("at-least-once", ["redelivered", "retried"]),
        ("per-key", ["perKey"]), ("masked", ["perKey", "duplicate"]),
        (
            "poison",
            ["cut", "garbled", "tombstones", "slow refunds", "every thousandth is lost"]
        ),
    ])
    func `a shipped plan reads as it says`(name: String, rules: [String]) throws {
        let plan = try file("topologies/\(name).yaml")
        #expect(plan.seed == name)
        #expect(plan.ruleNames == rules)
    }

    @Test func `an empty mapping is the default window without rules`() throws {
        #expect(try plan("{}") == Plan(seed: "shadow-seed"))
    }

    @Test(
        arguments: [
            ("order: none", .order(.none)),
            ("order: shuffle", .order(.shuffle)),
            ("order: perKey", .order(.perKey)),
            ("order: displacement(3)", .order(.displacement(3))),
            ("order: {displacement: 3}", .order(.displacement(3))),
            (
                "order: byDelay(uniform(1ms..2ms))",
                .order(.byDelay(.uniform(lowUs: 1000, highUs: 2000), spacing: nil))
            ),
            (
                "order: byDelay(lognormal(20ms, 0.5), 1ms)",
                .order(
                    .byDelay(
                        .lognormal(meanUs: 20_000, c2: Ratio(1, 2) ?? .one),
                        spacing: .milliseconds(1)))
            ),
            (
                "order: {byDelay: 5ms, spacing: 100us}",
                .order(.byDelay(.constant(us: 5000), spacing: .microseconds(100)))
            ),
            (
                "order: {byDelay: {gaps: a.mcap}}",
                .order(.byDelay(.empirical(us: [10, 20, 30]), spacing: nil))
            ),
            ("drop: 2%", .drop(Ratio(1, 50) ?? .one)),
            ("drop: 1/3", .drop(Ratio(1, 3) ?? .one)),
            (
                "duplicate: 0.5",
                .duplicate(Ratio(1, 2) ?? .one, copies: 1...1, placement: .adjacent)
            ),
            (
                "duplicate: {probability: 1, copies: 2..3, place: anywhere}",
                .duplicate(.one, copies: 2...3, placement: .anywhere)
            ),
            ("delay: 5ms", .delay(.one, .constant(us: 5000))),
            ("delay: [2ms, 1ms]", .delay(.one, .empirical(us: [1000, 2000]))),
            ("delay: {gaps: a.mcap}", .delay(.one, .empirical(us: [10, 20, 30]))),
            (
                "delay: {probability: 10%, time: {gaps: a.mcap}}",
                .delay(Ratio(1, 10) ?? .one, .empirical(us: [10, 20, 30]))
            ),
            ("corrupt: {truncate: 1%}", .corrupt(Ratio(1, 100) ?? .one, .truncate)),
            ("corrupt: {flip: 1}", .corrupt(.one, .flip)),
            ("corrupt: {null: 1}", .corrupt(.one, .null)),
        ] as [(String, Rule.Action)])
    func `reads every action`(yaml: String, action: Rule.Action) throws {
        let rules = try plan("rules:\n  - \(yaml)").rules
        #expect(rules.map(\.action) == [action])
        #expect(rules.first?.name == action.kind)
    }

    @Test func `reads every condition`() throws {
        let condition = try plan(
            """
            rules:
              - drop: 1
                where:
                  topic: [orders, "pay*"]
                  partition: 0..3
                  key: "k?"
                  header: {name: trace, value: "a*"}
                  value: {path: "$.items[-1]['a b']", equals: 5.0}
                  offset: 10..
                  every: {modulus: 3, remainder: 1}
                  share: 10%
            """
        ).rules[0].condition
        var expected = Condition()
        expected.topics = [Glob("orders"), Glob("pay*")]
        expected.partitions = 0...3
        expected.key = .glob(Glob("k?"))
        expected.header = .init(name: "trace", value: Glob("a*"))
        expected.value = .init(
            path: try #require(JSONPath("$.items[-1]['a b']")), test: .equals(.number("5.0")))
        expected.offsets = 10...Offset.max
        expected.every = .init(3, remainder: 1)
        expected.share = Ratio(1, 10)
        #expect(condition == expected)
    }

    @Test(
        arguments: [
            ("5", .number("5")), ("\"5\"", .string("5")), ("'true'", .string("true")),
            ("true", .bool(true)), ("null", .null), ("~", .null), ("abc", .string("abc")),
            ("05", .string("05")), ("1e3", .number("1e3")),
        ] as [(String, JSONValue)])
    func `what a value equals is what JSON would have it`(yaml: String, value: JSONValue) throws {
        let rule = "{drop: 1, where: {value: {path: $.a, equals: \(yaml)}}}"
        let condition = try plan("rules: [\(rule)]").rules[0].condition
        #expect(condition.value?.test == .equals(value))
    }

    // MARK: Problems

    @Test func `a bad file is told all of its problems at once`() {
        let yaml = """
            version: one
            sed: s
            window: {records: 0..5, bytes: 2GiB, maxWait: soon, minWait: 1s}
            rules:
              - drop: 2 %%
              - name: ""
                order: shufle
              - order: {displacement: -1, spacing: 1ms}
              - order: {byDelay: exponential}
              - drop: 1%
                delay: 5ms
              - where: {topic: orders}
              - duplicate: {copies: 0, place: here}
              - delay: {probability: 1, time: 30000h}
              - delay: {gaps: missing.mcap}
              - corrupt: {turn: 1%}
              - drop: 1%
                where: {key: , header: {value: x}, value: {path: a.b, equals: 1, glob: x}}
              - drop: 150%
                where: {offset: 5..1, every: 0, share: x, partition: -, keys: a}
              - name: drop
                drop: 1%
              - name: drop
                drop: 3%
            """
        let expected = """
            1:10: version: "one" is no whole number; write 5, 0 or -5
            2:1: sed: unknown key; did you mean `seed`?
            3:19: window.records: "0..5" is not within 1..1000000; write 5..50 or 20, within \
            1..1000000
            3:32: window.bytes: "2GiB" is not within 1B..1GiB; write 1MiB, within 1B..1GiB
            3:47: window.maxWait: "soon" is no time to wait; write 1s, 250ms or none
            3:53: window.minWait: unknown key; did you mean `maxWait`?
            5:11: rules[0].drop: "2 %%" is no probability; write 2%, 0.02 or 1/50, from 0 to 1
            6:11: rules[1].name: "" is no rule name; write a rule name
            7:12: rules[1].order: "shufle" is no order; write none, shuffle, perKey, \
            displacement(3) or byDelay(exponential(20ms))
            8:27: rules[2].order.displacement: "-1" is not within 0..1000000; write one within \
            0..1000000
            8:40: rules[2].order.spacing: a displacement has no spacing; take it away
            9:22: rules[3].order.byDelay: "exponential" has no values (did you mean \
            `exponential(…)`?); write 5ms, uniform(1ms..5ms), exponential(20ms) with its mean, \
            lognormal(20ms, 0.5) with mean and squared coefficient of variation, or \
            empirical(1ms, 2ms), up to 24000h
            11:12: rules[4].delay: `drop` and `delay` exclude each other; keep one of them
            12:5: rules[5]: none of `order`, `drop`, `duplicate`, `delay` and `corrupt` is \
            here; write one of them
            13:16: rules[6].duplicate.probability: is missing; write 2%, 0.02 or 1/50, from 0 \
            to 1
            13:25: rules[6].duplicate.copies: "0" is not within 1..1000; write 5..50 or 20, \
            within 1..1000
            13:35: rules[6].duplicate.place: "here" is no place; write adjacent, anywhere
            14:35: rules[7].delay.time: "30000h" is longer than 1,000 days; write 5ms, \
            uniform(1ms..5ms), exponential(20ms) with its mean, lognormal(20ms, 0.5) with mean \
            and squared coefficient of variation, or empirical(1ms, 2ms), up to 24000h
            15:19: rules[8].delay.gaps: "missing.mcap": recordings cannot be read here
            16:14: rules[9].corrupt: none of `truncate`, `flip` and `null` is here; write one \
            of them
            16:15: rules[9].corrupt.turn: unknown key; known are `truncate`, `flip` and `null`
            18:18: rules[10].where.key: has no value; write null for records without key, or a \
            pattern
            18:28: rules[10].where.header.name: is missing; write a text, in quotes if it is \
            empty
            18:47: rules[10].where.value: `equals` and `glob` exclude each other
            18:54: rules[10].where.value.path: "a.b" is no path to one value; write \
            $.items[0].price
            19:11: rules[11].drop: "150%" is more than 1; write 2%, 0.02 or 1/50, from 0 to 1
            20:21: rules[11].where.offset: "5..1" is no range of offsets; write 1000..1999, \
            1000 or 1000..
            20:34: rules[11].where.every: "0" is less than 1; write 1 or more
            20:44: rules[11].where.share: "x" is no probability; write 2%, 0.02 or 1/50, from \
            0 to 1
            20:58: rules[11].where.partition: "-" is no range; write 5..50 or 20
            20:61: rules[11].where.keys: unknown key; did you mean `key`?
            21:5: rules[12]: a second rule called "drop"; give each a name of its own (name: \
            …), as draws are keyed by it
            23:5: rules[13]: a second rule called "drop"; give each a name of its own (name: \
            …), as draws are keyed by it
            """
        let found = problems(yaml).map { $0.replacing("plan.yaml:", with: "") }
        #expect(found.joined(separator: "\n") == expected)
    }

    // MARK: The canonical text

    @Test func `the canonical text of any plan reads as the same plan`() throws {
        for number in 0..<1500 {
            var random = TestRandom("plans", number)
            let plan = random.plan()
            let text = plan.canonicalText
            let again = try Plan(yaml: Array(text.utf8), file: "canonical")
            try #require(again == plan)
            try #require(Array(again.canonicalText.utf8) == Array(text.utf8))
            try #require(try JSONValue(parsing: text).text == text)
        }
    }

    @Test(arguments: [
        "", " ", "a b ", "\"quoted\" \\ back", "line\nbreak\r\ttab", "nul\u{0}", "# no comment",
        "key: value", "- item", "{a: 1}", "true", "null", "42", "é e\u{301} 日本 \u{1F648}",
        "\u{85}\u{2028}\u{2029}\u{FEFF}\u{FFFE}\u{FFFF}\u{7F}\u{9F}", "'", "%", "@", "*a &b !c",
        String(repeating: "long ", count: 1000),
    ])
    func `any text is a seed, a name and a pattern`(text: String) throws {
        var condition = Condition()
        condition.topics = [Glob(text)]
        condition.key = .glob(Glob(text))
        condition.header = .init(name: text, value: Glob(text))
        condition.value = .init(
            path: try #require(JSONPath("$['x']")), test: .equals(.string(text)))
        let plan = Plan(
            seed: text,
            rules: [
                Rule(name: text.isEmpty ? "x" : text, condition: condition, action: .drop(.one))
            ])
        let canonical = plan.canonicalText
        let again = try Plan(yaml: Array(canonical.utf8), file: "canonical")
        #expect(Array(again.seed.utf8) == Array(text.utf8))
        #expect(Array(again.canonicalText.utf8) == Array(canonical.utf8))

        // And so it goes through the first line of a schedule.
        var line = TextBuffer()
        line.append(ScheduleHeader(recording: "r", tool: "t", plan: plan))
        var parser = ScheduleParser()
        let bytes = Array(line.bytes.dropLast())
        let parsed = try bytes.withUnsafeBytes { try parser.parse($0, line: 1) }
        guard case .header(let header) = parsed else {
            Issue.record("no header")
            return
        }
        #expect(Array(header.plan.canonicalText.utf8) == Array(canonical.utf8))
    }

    @Test func `the canonical text of the default plan stays what it is`() {
        #expect(
            Plan.standard.canonicalText == """
                {"version":1,"seed":"shadow-seed","window":{"records":"5..50","bytes":1048576,\
                "maxWait":"1s"},"rules":[{"name":"shuffle","order":"shuffle"},\
                {"name":"drop","drop":"0.02"},{"name":"duplicate","duplicate":\
                {"probability":"0.02","copies":"1..1","place":"adjacent"}}]}
                """)
        #expect(Plan.standard.digest == "c1ec069514d929d2")
    }
}
