import Testing

@testable import Configuration

/// A small plan as the tests read it: enough of every reading call.
private struct Plan: Equatable, Sendable {
    struct Rule: Equatable, Sendable {
        var name: String?
        var action: String
        var probability: Ratio?
        var delay: DurationDistribution?
    }
    var seed: String
    var window: ClosedRange<Int>
    var bytes: Int
    var topics: [String]
    var rules: [Rule]
}

private func plan(_ root: Element) -> Plan? {
    root.section { section -> Plan? in
        let seed = section.required("seed", as: .text)
        let window = section.section("window") { window -> ClosedRange<Int>? in
            window.required("records", as: .integerRange(within: 1...1000))
        }
        let bytes = section.optional("bytes", as: .size, default: 1 << 20)
        let topics = section.optional("topics") { $0.oneOrMore { $0.value(as: .name("topic")) } }
        let rules = section.sequence("rules", rule)
        guard let seed else { return nil }
        return Plan(
            seed: seed, window: window ?? 5...50, bytes: bytes, topics: topics ?? [], rules: rules)
    }
}

private func rule(_ element: Element) -> Plan.Rule? {
    element.section { section -> Plan.Rule? in
        let name = section.optional("name", as: .text)
        guard let action = section.oneOf(["drop", "duplicate", "delay"]) else { return nil }
        var rule = Plan.Rule(name: name, action: action.key)
        switch action.key {
        case "delay": rule.delay = action.value.value(as: .durationDistribution)
        default: rule.probability = action.value.value(as: .probability)
        }
        return rule
    }
}

/// All problems of a text, a line each, under the name `plan.yaml`.
private func problems(_ text: String) -> String {
    do {
        let plan = try YAML.read(text, file: "plan.yaml", plan)
        return "read: \(plan)"
    } catch { return error.description }
}

@Suite struct ReadingTests {
    @Test func `reads a plan of every kind of value`() throws {
        let text = """
            seed: shadow-seed
            window: {records: 5..50}
            bytes: 64KiB
            topics: orders
            rules:
              - drop: 2%
              - {name: twice, duplicate: 1/50}
              - delay: [9ms, 1ms, 2ms]
              - delay: lognormal(20ms, 0.5)
            """
        let expected = Plan(
            seed: "shadow-seed", window: 5...50, bytes: 65536, topics: ["orders"],
            rules: [
                .init(action: "drop", probability: Ratio(1, 50)),
                .init(name: "twice", action: "duplicate", probability: Ratio(1, 50)),
                .init(action: "delay", delay: .empirical(us: [1000, 2000, 9000])),
                .init(action: "delay", delay: .lognormal(meanUs: 20000, c2: Ratio(1, 2)!)),
            ])
        #expect(try YAML.read(text, file: "plan.yaml", plan) == expected)
    }

    @Test func `reports all problems of a file in one go, sorted by place`() {
        let text = """
            sed: x
            window:
              records: 50..5
              max-wait: 1s
            bytes: 1MIB
            bytes: 2
            topics: [a, "", [b]]
            rules:
              - drop: 2 %%
              - {drop: 1%, delay: 5ms}
              - name: nothing
              - delay: exponental(5ms)
                window: 5
              - 7
              - delay: [1ms, 2, 3ns, {}]
              - delay: []
              - drup: 2%
            """
        #expect(
            problems(text) == """
                plan.yaml:1:1: seed: is missing; write a text, in quotes if it is empty
                plan.yaml:1:1: sed: unknown key; did you mean `seed`?
                plan.yaml:3:12: window.records: "50..5" ends before it begins; write 5..50 or 20, within 1..1000
                plan.yaml:4:3: window.max-wait: unknown key; known are `records`
                plan.yaml:5:8: bytes: "1MIB" has the unknown unit "MIB"; write bytes as 4096, 64KiB, 1MiB, 1GiB or 10MB
                plan.yaml:6:1: bytes: given twice, first at 5:1; keep one of them
                plan.yaml:7:13: topics[1]: "" is no topic; write a topic
                plan.yaml:7:17: topics[2]: a list is no topic; write a topic
                plan.yaml:9:11: rules[0].drop: "2 %%" is no probability; write 2%, 0.02 or 1/50, from 0 to 1
                plan.yaml:10:23: rules[1].delay: `drop` and `delay` exclude each other; keep one of them
                plan.yaml:11:5: rules[2]: none of `drop`, `duplicate` and `delay` is here; write one of them
                plan.yaml:12:12: rules[3].delay: "exponental(5ms)" names no known distribution (did you mean `exponential`?); write 5ms, uniform(1ms..5ms), exponential(20ms) with its mean, lognormal(20ms, 0.5) with mean and squared coefficient of variation, or empirical(1ms, 2ms)
                plan.yaml:13:5: rules[3].window: unknown key; known are `name`, `drop`, `duplicate` and `delay`
                plan.yaml:14:5: rules[4]: "7" is no mapping; write lines of key: value
                plan.yaml:15:18: rules[5].delay[1]: "2" has no unit; write 250ms, 2s, 1m30s, 1h, 100us or 0
                plan.yaml:15:21: rules[5].delay[2]: "3ns" is finer than a microsecond; write 250ms, 2s, 1m30s, 1h, 100us or 0
                plan.yaml:15:26: rules[5].delay[3]: a mapping is no duration; write 250ms, 2s, 1m30s, 1h, 100us or 0
                plan.yaml:16:12: rules[6].delay: an empty list is no distribution; write [1ms, 2ms]
                plan.yaml:17:5: rules[7].drup: unknown key; did you mean `drop`?
                """)
    }

    @Test(arguments: [
        ("", "1:1: the file is empty"),
        ("# only a comment\n", "1:1: the file holds no value"),
        ("---\n", "2:1: nothing is no mapping; write lines of key: value"),
        ("seed:\n", "1:6: seed: has no value; write a text, in quotes if it is empty"),
        ("seed: ~\n", "1:7: seed: has no value; write a text, in quotes if it is empty"),
        ("seed: null\n", "1:7: seed: has no value; write a text, in quotes if it is empty"),
        (
            "seed: a\nrules: 5\n",
            "2:8: rules: \"5\" is no list; write [a, b] or a line - a for each"
        ),
        ("seed: [a]\n", "1:7: seed: a list is no text; write a text, in quotes if it is empty"),
    ])
    func `says what is missing`(text: String, expected: String) {
        #expect(problems(text) == "plan.yaml:" + expected)
    }

    @Test(arguments: ["\"\"", "'~'", "\"null\"", "\"5\""])
    func `takes quoted text as it stands`(seed: String) {
        #expect(problems("seed: \(seed)").hasPrefix("read:"))
    }

    @Test func `a word of null is a word where it is asked for`() throws {
        enum Way: String, CaseIterable { case truncate, null }
        let way = try YAML.read("null", file: "f") { $0.value(as: .word("way")) as Way? }
        #expect(way == .null)
        #expect(throws: ConfigurationError.self) {
            try YAML.read("trunkate", file: "f") { $0.value(as: .word("way")) as Way? }
        }
    }

    @Test func `callers add problems of their own at any node`() {
        let text = "a: 1\nb: {c: 2}\n"
        let error = #expect(throws: ConfigurationError.self) {
            try YAML.read(text, file: "f") { root in
                root.section { section -> Int? in
                    section["a"]?.problem("too small", accepted: "write 2")
                    section.section("b") { inner -> Int? in
                        inner["c"]?.problem("too large")
                        inner.problem("odd", accepted: "even")
                        return 1
                    }
                    return 1
                }
            }
        }
        #expect(
            error?.description
                == "f:1:4: a: too small; write 2\nf:2:4: b: odd; even\nf:2:8: b.c: too large")
    }

    @Test func `keys of the user's own come in the order of the file`() throws {
        let pairs = try YAML.read("z: 1\na: 2\n\"b c\": x", file: "f") { root in
            root.entries { key, value in "\(key.path)=\(value.node.found)" }
        }
        #expect(pairs == ["z=\"1\"", "a=\"2\"", "[\"b c\"]=\"x\""])
    }
}
