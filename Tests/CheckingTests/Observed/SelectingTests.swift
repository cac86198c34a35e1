import Testing

@testable import Checking

@Suite struct SelectingTests {
    private func column(_ selector: String, _ lines: [String]) throws -> [String?] {
        var columns = Columns(programs: JQPrograms())
        let plain = try #require(Selector(plain: selector))
        return try columns.column(plain, of: observed(lines)).map { number in
            columns.text(of: number).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test(arguments: [
        ("key", "k {}", "k"), ("value", "k x y", "x y"), (".a.b", #"k {"a":{"b":"x"}}"#, "x"),
        (".a[1]", #"k {"a":[1,{"c":2}]}"#, #"{"c":2}"#), (".a[-1]", #"k {"a":[1,2,3]}"#, "3"),
        (".[\"odd name\"]", #"k {"odd name":true}"#, "true"),
        (".\"odd name\"", #"k {"odd name":1.50}"#, "1.50"),
        (".a", #"k {"b":{"a":1},"a":2}"#, "2"),
        (".a", #"k { "a" : "t\u00e4\n\"" , "b":1}"#, "tä\n\""),
        (".a", #"k {"a":"\ud83d\ude00"}"#, "😀"), (".a", #"k {"a":null}"#, nil), (".a", "k", nil),
        // The last of two members counts, as with jq; names may be escaped.
        (".a", #"k {"a":1,"a":2}"#, "2"), (".ab", #"k {"\u0061b":7}"#, "7"),
        ("key.id", #"{"id":9} v"#, "9"), (".a", "k not json", nil),
        (".a", #"k {"a":"never ends"#, nil),
    ])
    func `finds a part`(selector: String, line: String, expected: String?) throws {
        #expect(try column(selector, [line]) == [expected])
    }

    @Test(arguments: [
        "", "key.", "header.", ".a.", ".a[", ".a[x]", "a", ".a b", ". | .a", ".a?", "..", ".[]",
        ".1a",
    ])
    func `more than a plain path is none`(text: String) {
        #expect(Selector(plain: text) == nil)
    }

    /// What our scan finds of whole JSON is what jq finds; of half and broken JSON it finds something or nothing, and
    /// ends.
    @Test func `finds what jq finds, and survives anything`() throws {
        let paths = [".a", ".b[1]", ".b[0].c", ".d.\"e f\"", ".b[-1]", ".d.g"]
        let programs = try paths.map { path in
            try JQProgram.compiling("try \(path) catch null").get()
        }
        var draws = Draws(7)
        for _ in 0..<1500 {
            let text = Array(Self.json(&draws, depth: 3).utf8)
            let whole = try #require(text.withUnsafeBytes { JQValue(json: $0) })
            for (path, program) in zip(paths, programs) {
                let steps = try #require(FieldPath(path)).steps
                let found = text.withUnsafeBytes { bytes -> String? in
                    let slice = JSONSlice(bytes)
                    return slice.value(at: steps).flatMap { range in
                        JQValue(json: UnsafeRawBufferPointer(rebasing: bytes[range]))?.json
                    }
                }
                let expected = try program.result(of: whole)?.json
                #expect(
                    (found ?? "null") == (expected ?? "null"),
                    "\(path) of \(String(decoding: text, as: UTF8.self))")
            }
            var broken = text
            for _ in 0..<3 where !broken.isEmpty {
                broken[draws.below(broken.count)] = Array("{}[]\",:\\x\u{0}".utf8)[draws.below(10)]
            }
            broken.removeLast(draws.below(broken.count))
            broken.withUnsafeBytes { bytes in
                for path in paths {
                    guard let steps = FieldPath(path)?.steps else { continue }
                    _ = JSONSlice(bytes).value(at: steps)
                }
                _ = JSONText.decoded(bytes)
            }
            var records = ObservedRecords()
            records.append(key: broken, value: broken)
            _ = ChangeFolding.folded(Observation("x", .changes, records))
        }
    }

    private static func json(_ draws: inout Draws, depth: Int) -> String {
        let space = ["", " ", "\n "][draws.below(3)]
        switch draws.below(depth > 0 ? 8 : 5) {
        case 0: return "\(draws.below(100))"
        case 1: return ["true", "false", "null"][draws.below(3)]
        case 2: return #""x\"\\\u00e4{[,:]}""#
        case 3: return "-1.5e3"
        case 4: return "\"\""
        case 5:
            let elements = (0..<draws.below(4)).map { _ in json(&draws, depth: depth - 1) }
            return "[\(space)" + elements.joined(separator: ",\(space)") + "]"
        default:
            var names = ["a", "b", "c", "d", "e f", "g"]
            let members = (0..<draws.below(6)).map { _ in
                let name = names.remove(at: draws.below(names.count))
                return "\"\(name)\"\(space):\(space)" + json(&draws, depth: depth - 1)
            }
            return "{" + members.joined(separator: "\(space),") + "}"
        }
    }

    @Test func `each string of bytes has a number of its own, in order of first sight`() {
        var interner = Interner()
        var expected: [[UInt8]: Int32] = [:]
        var draws = Draws(3)
        for _ in 0..<20_000 {
            let text = (0..<draws.below(12)).map { _ in UInt8(draws.below(3)) }
            let number = interner.number(of: text)
            #expect(number == expected[text] ?? Int32(expected.count))
            expected[text] = number
            #expect(interner.bytes(of: number) == text)
        }
        #expect(interner.count == expected.count)
    }

    @Test(arguments: [
        ("0", "0"), ("-12.50", "-12.5"), ("1e3", "1000"), ("1.5E-2", "0.015"),
        ("9007199254740993", "9007199254740993"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("123456789012345678.9", "123456789012345678.9"),
        ("1e-19", nil), ("1e21", nil), ("x", nil), ("", nil), ("-", nil), ("1.2.3", nil),
        ("1e", nil), (".5", nil),
        ("12a", nil), ("10e-19", "0.000000000000000001"),
    ])
    func `numbers are exact or none`(text: String, expected: String?) {
        #expect(ExactNumber(text.utf8).map { "\($0)" } == expected)
    }
}
