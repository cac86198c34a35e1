import Testing

@testable import Perturbation

@Suite struct JSONTests {
    // What RFC 8259 allows, and what its grammar does not.
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "12", "-1.5", "1e5", "1E+5", "1e-05", "0.0", "-0e0",
        "123456789012345678901234567890", "\"\"", "\"a\"", "\"\u{7f}\"", "\"é\u{1F648}\"", "[]",
        "{}", "[1,[2],{}]", "{\"a\":1,\"b\":[null]}", "{\"\":0}", " \t\r\n[ 1 , 2 ] \n",
        "{ \"a\" : { \"b\" : 1 } }", #""\"\\\/\b\f\n\r\t\u0041""#, #""\ud83d\ude48""#,
        #""\u0000""#, #""\uD7FF\uE000\uFFFF""#,
    ])
    func `what is JSON is read`(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: value.text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-Infinity", "undefined", "+1", "-",
        "01", "-01", "1.", ".5", "1e", "1e+", "0x10", "1_000", "1 2", "--1", "'a'", "\"", "\"a",
        "\"\n\"", "\"\u{1f}\"", #""\x41""#, #""\u12""#, #""\u12G4""#, #""\'""#, "\"\\", "[", "]",
        "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[]]",
        "{}{}", "// x\n1", "1 // x", "/**/1", "\u{FEFF}1", "\u{a0}1", "1\u{0}",
        #""\ud83d""#, #""\ude48""#, #""\ud83d\u0041""#, #""\ud83dx""#,
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
    ])
    func `what is not is refused with its place`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        do { _ = try JSONValue(parsing: text) } catch {
            #expect((0...text.utf8.count).contains(error.position))
        }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0xFF], [0xFE, 0xFF],
            [0x5B, 0x00, 0x5D],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) {
            try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }
        }
    }

    @Test func `values are what was written`() throws {
        let text = #"{"a":[1.50,-0,"x\u00e9\n"],"b":{"c":null,"d":true},"e":9223372036854775807}"#
        let value = try JSONValue(parsing: text)
        #expect(value["a"]?.array?.first == .number("1.50"))
        #expect(value["a"]?.array?.last?.string == "xé\n")
        #expect(value["b"]?["d"] == .bool(true))
        #expect(value["b"]?.members?.map(\.name) == ["c", "d"])
        #expect(value["e"]?.integer == .max)
        #expect(value["f"] == nil)
        #expect(value["b"]?["c"] == .null)
        #expect(value["a"]?.array?.first?.integer == nil)
    }

    @Test func `equivalent spellings of a character are two texts`() throws {
        #expect(try JSONValue(parsing: "\"é\"") != JSONValue(parsing: "\"e\u{301}\""))
        let both = try JSONValue(parsing: "{\"é\":1,\"e\u{301}\":2}")
        #expect(both["é"]?.integer == 1 && both["e\u{301}"]?.integer == 2)
    }

    @Test func `nesting has a limit and many members none`() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(201)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(202)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }
        let members = (0..<20_000).map { "\"m\($0)\":\($0)" }
        let large = try JSONValue(parsing: "{\(members.joined(separator: ","))}")
        #expect(large["m19999"]?.integer == 19_999)
        let twice = members.prefix(100).joined(separator: ",") + ",\"m3\":0"
        #expect(throws: JSONError.self) { try JSONValue(parsing: "{\(twice)}") }
    }

    @Test(arguments: [
        (["1", "1.0", "10e-1", "0.1e1", "1e0", "100E-2", "1.000"], "1.0000000000000000000001"),
        (["0", "-0", "0.000", "0e5", "-0.0e-9"], "0.1"),
        (["-12.5", "-125e-1", "-0.125e2"], "12.5"),
        (["123456789012345678901234567890"], "123456789012345678901234567891"),
    ])
    func `numbers are equal where their values are`(equal: [String], other: String) throws {
        let numbers = equal.map { JSONNumber($0) }
        #expect(Set(numbers).count == 1 && numbers[0] != nil)
        #expect(JSONNumber(other) != nil && JSONNumber(other) != numbers[0])
        #expect(JSONNumber("1e9999999999999999999") == nil)
    }

    @Test(arguments: [
        ("$", "{\"a\":[1,{\"b c\":2}],\"é\":3,\"'\":4}"), ("$.a", "[1,{\"b c\":2}]"),
        ("$.a[0]", "1"), ("$.a[-1]['b c']", "2"), ("$[\"a\"][1][\"b c\"]", "2"), ("$.é", "3"),
        (#"$['\'']"#, "4"),
    ])
    func `a path leads to its value`(path: String, expected: String) throws {
        let document = try JSONValue(parsing: #"{"a":[1,{"b c":2}],"é":3,"'":4}"#)
        let found = try #require(JSONPath(path)).value(in: document)
        #expect(found?.text == expected)
    }

    @Test(arguments: ["$.b", "$.a.b", "$.a[2]", "$.a[-3]", "$[0]", "$.a[1].b"])
    func `a path that leads nowhere finds nothing`(path: String) throws {
        let document = try JSONValue(parsing: #"{"a":[1,{"b c":2}],"é":3}"#)
        #expect(try #require(JSONPath(path)).value(in: document) == nil)
    }

    @Test(arguments: [
        "", "a", ".a", "$a", "$.", "$..a", "$.*", "$[*]", "$[1:2]", "$[]", "$['a]", "$['a'",
        "$[01]",
        "$[+1]", "$[-0]", "$[a]", "$.a b", "$.a.", "$[1", "$[\"a']", "$['a\\", " $", "$ ",
    ])
    func `what is no path to one value is refused`(path: String) {
        #expect(JSONPath(path) == nil)
    }

    @Test func `no bytes crash the parser`() {
        var random = TestRandom("json bytes")
        let seeds = [
            #"{"a":[1.5e3,-0,"x\u00e9\ud83d\ude48\n"],"b":{"c":null,"d":true}}"#, "[[[]]]",
            "\"\\u00",
        ].map { Array($0.utf8) }
        var read = 0
        for _ in 0..<30_000 {
            let bytes = random.mutated(random.pick(seeds))
            let value = bytes.withUnsafeBytes { try? JSONValue(parsing: $0) }
            if let value {
                read += 1
                #expect((try? JSONValue(parsing: value.text)) == value)
            }
        }
        #expect(read > 1000)
    }
}

extension TestRandom {
    /// The bytes with a few of them changed, taken out, put in or doubled.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<within(1...3) where !bytes.isEmpty {
            let place = below(bytes.count)
            switch below(6) {
            case 0: bytes[place] = UInt8(below(256))
            case 1: bytes[place] = pick(Array("{}[]\",:0123456789-+.eE\\u \n".utf8))
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(pick(Array("{}[]\",:0-\\".utf8)), at: place)
            case 4: bytes.removeLast(below(min(bytes.count, 6)))
            default:
                let end = min(bytes.count, place + within(1...8))
                bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
            }
        }
        return bytes
    }
}
