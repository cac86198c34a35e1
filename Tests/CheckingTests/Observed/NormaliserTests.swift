import Configuration
import Records
import Testing

@testable import Checking

/// Lines `key value`, `-` being a null key.
func observed(_ lines: [String]) -> ObservedRecords {
    var records = ObservedRecords()
    for line in lines {
        let parts = line.split(separator: " ", maxSplits: 1).map { Array($0.utf8) }
        records.append(
            key: parts[0] == [0x2D] ? nil : parts[0], value: parts.count > 1 ? parts[1] : nil)
    }
    return records
}

extension ObservedRecords {
    var lines: [String] {
        indices.map { index in
            let key = key(of: index).map { String(decoding: $0, as: UTF8.self) } ?? "-"
            return value(of: index).map { "\(key) \(String(decoding: $0, as: UTF8.self))" } ?? key
        }
    }
}

private func normalised(
    _ rule: String, _ lines: [String], kind: Observation.Kind = .topic
) throws -> [String: [String]] {
    let examiner = Examiner(try plan("normalize:\n  - \(rule)", nil))
    let evidence = Evidence(
        feed: Feed(ObservedRecords()), observations: [Observation("out", kind, observed(lines))])
    return Dictionary(
        uniqueKeysWithValues: try examiner.normalised(evidence).observations.map {
            ($0.name, $0.records.lines)
        })
}

@Suite struct NormaliserTests {
    @Test(arguments: [
        (
            "{strip: [.at, .meta.trace]}", #"a {"v":1,"at":5,"meta":{"trace":"x","k":1}}"#,
            #"a {"meta":{"k":1},"v":1}"#
        ),
        ("{sort: .items}", #"a {"items":[3,1,2],"v":[2,1]}"#, #"a {"items":[1,2,3],"v":[2,1]}"#),
        ("{round: {.price: 2}}", #"a {"price":1.23456}"#, #"a {"price":1.23}"#),
        (
            "{round: {'.lines[].price': 0}}", #"a {"lines":[{"price":1.5},{"price":"x"}]}"#,
            #"a {"lines":[{"price":2},{"price":"x"}]}"#
        ),
        ("{jq: '.a + .b'}", #"a {"a":1,"b":2}"#, "a 3"),
        ("{jq: 'select(.keep)'}", #"a {"keep":false}"#, ""),
        ("{as: text, jq: 'sub(\"[0-9]+\"; \"N\")'}", "a took 17 ms", "a took N ms"),
        ("{as: bytes, jq: '.[0:4]'}", "a ABC", "a AB"),
        ("{part: key, as: text, jq: 'ascii_upcase'}", #"a {"v": 1}"#, #"A {"v": 1}"#),
        // A tombstone has nothing to normalise.
        ("{strip: .at}", "a", "a"),
        // Names sorted, one line, identifiers beyond 2^53 as they are written.
        (
            "{strip: .x}", #"a {"b": 9007199254740993, "a": -9007199254740995}"#,
            #"a {"a":"-9007199254740995","b":"9007199254740993"}"#
        ),
        ("{stream: other, strip: .v}", #"a {"v": 1}"#, #"a {"v": 1}"#),
    ])
    func `takes noise away`(rule: String, line: String, expected: String) throws {
        #expect(try normalised(rule, [line])["out"] == (expected.isEmpty ? [] : [expected]))
    }

    @Test func `identifiers get stable names in order of first sight`() throws {
        let rule = "{names: {.id: payment, '.refs[]?': payment}}"
        let lines = [
            #"a {"id":"9f"}"#, #"b {"id":"77","refs":["9f"]}"#,
            #"a {"id":"31","refs":["31","77",null]}"#,
        ]
        #expect(
            try normalised(rule, lines)["out"] == [
                #"a {"id":"payment-1 of a"}"#,
                #"b {"id":"payment-1 of b","refs":["payment-1 of a"]}"#,
                #"a {"id":"payment-2 of a","refs":["payment-2 of a","payment-1 of b",null]}"#,
            ])
        // Another order of keys and other identifiers: the same names.
        let others = [lines[1], lines[0]].map {
            $0.replacing("9f", with: "ee").replacing("77", with: "ff")
        }
        let names = try normalised(rule, others)["out"]
        #expect(
            names?.last == #"a {"id":"payment-1 of a"}"#
                || names?.first?.contains("payment-1 of b") == true)
    }

    @Test func `times become distances from the first`() throws {
        let lines = [
            #"a {"at":"2026-11-29T21:55:00.125Z","s":1700000000}"#,
            #"a {"at":"2026-11-29T22:55:01+01:00","s":1700000002.5}"#,
            #"a {"at":"2026-11-29 21:54:59Z","s":"later"}"#,
        ]
        #expect(
            try normalised("{times: [.at, .s]}", lines)["out"] == [
                #"a {"at":0,"s":0}"#, #"a {"at":875,"s":2500}"#, #"a {"at":-1125,"s":"later"}"#,
            ])
        #expect(
            try normalised("{times: {.at: 1s}}", lines)["out"]?.map { String($0.prefix(12)) } == [
                #"a {"at":0,"s"#, #"a {"at":0,"s"#, #"a {"at":-200"#,
            ])
    }

    @Test(arguments: [
        (
            "{strip: .at}", "a no json",
            "normalize[0] at 2:5: the value of out, record 1, is no JSON"
        ),
        (
            "{jq: '.a.b'}", #"a {"a":1}"#,
            "normalize[0] at 2:5: fails on out, record 1: Cannot index number"
        ),
        ("{jq: '1, 2'}", "a {}", "the expression gives several results where one is due"),
        ("{jq: 'error(\"so\")'}", "a {}", "fails on out, record 1: so"),
        ("{jq: 'halt'}", "a {}", "the expression ended the program (halt)"),
    ])
    func `says which rule fails on which record`(rule: String, line: String, expected: String) {
        let error = #expect(throws: CheckingError.self) { try normalised(rule, [line]) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
}

@Suite struct ChangeFoldingTests {
    @Test func `changes become the last state of each row and a ledger of what was done`() throws {
        let found = try normalised(
            "{stream: none}",
            [
                #"{"id":1} {"before":null,"after":{"id":1,"v":1},"op":"r","ts_ms":1}"#,
                #"{"id":2} {"before":null,"after":{"id":2,"v":5},"op":"c"}"#,
                #"{"id":1} {"op":"u","before":{"id":1,"v":1},"after":{"id":1,"v":2},"source":{"op":"x"}}"#,
                #"{"id":2} {"before":{"id":2,"v":5},"after":null,"op":"d"}"#,
                #"{"id":2}"#,
                #"{"id":3} {"schema":{"type":"struct"},"payload":{"before":null,"after":{"id":3},"op":"c"}}"#,
                #"x {"status":"BEGIN","id":"7:1","event_count":null}"#,
                #"x {"status":"END","id":"7:1","event_count":3,"data_collections":[]}"#,
                #"x {"op":"m","message":{"prefix":"p"}}"#,
            ], kind: .changes)
        #expect(
            found["out"] == [#"{"id":1} {"id":1,"v":2}"#, #"{"id":3} {"id":3}"#])
        #expect(
            found["out.ledger"] == [
                #"{"id":2} {"op":"c","before":null,"after":{"id":2,"v":5}}"#,
                #"{"id":1} {"op":"u","before":{"id":1,"v":1},"after":{"id":1,"v":2}}"#,
                #"{"id":2} {"op":"d","before":{"id":2,"v":5},"after":null}"#,
                #"{"id":3} {"op":"c","before":null,"after":{"id":3}}"#,
            ])
    }

    @Test(arguments: [
        // Keys with their schema are the keys without.
        (
            [
                #"{"schema":{},"payload":{"id":1}} {"op":"c","after":{"v":1}}"#,
                #"{"id":1} {"op":"u","after":{"v":2}}"#,
            ], [#"{"id":1} {"v":2}"#]
        ),
        // Flattened: the row itself, and a tombstone.
        ([#"a {"v":1}"#, #"b {"v":2}"#, "a"], [#"b {"v":2}"#]),
        (
            [
                #"a {"op":"c","after":{"v":1}}"#, #"- {"op":"t","before":null,"after":null}"#,
                #"b {"op":"c","after":{"v":3}}"#,
            ], [#"b {"v":3}"#]
        ),
        // A row that comes back after it was deleted.
        (
            [#"a {"op":"c","after":{"v":1}}"#, "a", #"a {"op":"c","after":{"v":9}}"#],
            [#"a {"v":9}"#]
        ),
        (["a no json", "b [1]"], []),
    ])
    func `folds`(lines: [String], state: [String]) throws {
        #expect(try normalised("{stream: none}", lines, kind: .changes)["out"] == state)
    }
}
