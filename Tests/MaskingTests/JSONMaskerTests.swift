import Perturbation
import Testing

@testable import Masking

@Suite struct JSONMaskerTests {
    private func tokens() throws -> Tokens {
        Tokens(try #require(MaskKey(Array("0123456789abcdef".utf8))))
    }

    private func field(_ path: String, _ form: MaskPlan.Form = .token) throws
        -> MaskPlan.FieldMask
    {
        .init(path: try #require(MaskPath(path)), form: form)
    }

    /// nil where it is no JSON.
    private func masked(_ bytes: [UInt8], _ fields: [MaskPlan.FieldMask]) throws -> [UInt8]? {
        var masker = JSONMasker(fields, try tokens())
        var output: [UInt8] = []
        return bytes.withUnsafeBytes { masker.mask($0, to: &output) } ? output : nil
    }

    private func masked(_ text: String, _ paths: String..., as form: MaskPlan.Form = .token)
        throws -> String?
    {
        try masked(Array(text.utf8), paths.map { try field($0, form) }).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private func token(_ text: String) throws -> String {
        var output: [UInt8] = []
        try Array(text.utf8).withUnsafeBytes {
            try tokens().append(.token, of: $0, to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: 0..<3000)
    func `of random documents just the values at the paths change`(seed: Int) throws {
        var random = TestRandom(UInt64(seed))
        let document = random.document()
        let fields = try (0..<(1 + random.below(3))).map { _ in
            try field(random.path(), random.pick(MaskPlan.Form.allCases))
        }
        let front = random.blank()
        let text = front + document.spelled + front
        let wanted =
            front
            + document.masked(fields, fields.map { [$0.path.steps] }, try tokens()) + front
        let found = try masked(Array(text.utf8), fields)
        #expect(
            found.map { String(decoding: $0, as: UTF8.self) } == wanted,
            "\(fields.map(\.path.text)) of \(text)")
    }

    @Test(arguments: 0..<400)
    func `what is no JSON is found out`(seed: Int) throws {
        var random = TestRandom(UInt64(seed) &+ 77)
        var bytes = Array(random.document().spelled.utf8)
        for _ in 0..<(1 + random.below(2)) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(3) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(random.pick(Array("{}[]\",:\\0e-u ".utf8)), at: place)
            default: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            }
        }
        let found = try masked(bytes, [try field("$..email")])
        do {
            _ = try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }
            #expect(found != nil, "\(bytes)")
        } catch let error as JSONError {
            // Names twice and half pairs are JSON by its grammar, and no values there.
            let isGrammatical =
                error.message.contains("a second time")
                || error.message.contains("surrogate")
            if !isGrammatical { #expect(found == nil, "\(bytes): \(error)") }
        }
    }

    @Test func `values of each kind are replaced as the table says`() throws {
        let number = try masked("{\"a\": 1.50e3}", "$.a", as: .digits)
        #expect(number?.hasPrefix("{\"a\": ") == true && number?.hasSuffix("e3}") == true)
        #expect(number?.count == "{\"a\": 1.50e3}".count && number != "{\"a\": 1.50e3}")
        #expect(try masked("{\"a\":42}", "$.a") == "{\"a\":\"\(token("42"))\"}")
        #expect(try masked("{\"a\":true}", "$.a") == "{\"a\":\"\(token("true"))\"}")
        #expect(try masked("{\"a\":null,\"b\":\"\"}", "$.*") == "{\"a\":null,\"b\":\"\"}")
        #expect(
            try masked("{\"a\" : [1, {\"b\":2}] }", "$.a")
                == "{\"a\" : \"\(token("[1, {\"b\":2}]"))\" }")
        #expect(
            try masked("[1,\"x\",false,{},null]", "$[*]", as: .redact)
                == "[null,null,null,null,null]")
        #expect(try masked("\"jane\"", "$") == "\"\(token("jane"))\"")
    }

    @Test func `equal texts have equal tokens however they are spelled and wherever they stand`()
        throws
    {
        let text = #"{"id":"cus\u0074omer-17","ref":{"id":"customer-17"}}"#
        let same = try token("customer-17")
        #expect(try masked(text, "$..id") == #"{"id":"\#(same)","ref":{"id":"\#(same)"}}"#)
    }

    @Test func `a name is found however it is spelled, and each time it is there`() throws {
        let text = #"{"\u0065mail":"a","email":"b","e\u006dail":"c","Email":"d"}"#
        let found = try #require(try masked(text, "$.email"))
        #expect(!found.contains("\"a\"") && !found.contains("\"b\"") && !found.contains("\"c\""))
        #expect(found.contains(#""Email":"d""#))
    }

    @Test func `half a surrogate pair is masked too`() throws {
        let found = try #require(try masked(#"{"a":"\ud800x","b":"\udfff"}"#, "$.*"))
        #expect(!found.contains("ud800") && !found.contains("udfff"))
    }

    @Test func `a document may be thousands of levels deep, and no deeper than can be borne`()
        throws
    {
        func nested(_ levels: Int) -> [UInt8] {
            Array(
                (String(repeating: "{\"a\":", count: levels) + "\"secret\""
                    + String(repeating: "}", count: levels)).utf8)
        }
        let path = [try field("$..a")]
        let found = try #require(try masked(nested(9_999), path))
        #expect(!String(decoding: found, as: UTF8.self).contains("secret"))
        let open = try #require(
            try masked(nested(JSONMasker.mostLevels), [try field("$.b")]))
        #expect(open == nested(JSONMasker.mostLevels))
        #expect(try masked(nested(JSONMasker.mostLevels + 1), path) == nil)
    }

    @Test(arguments: [
        "", " ", "{", "}", "{\"a\":1} x", "{\"a\":1}{\"a\":2}", "{\"a\":01}", "{\"a\":1.}", "nul",
        "{\"a\":NaN}", "{'a':1}", "{\"a\":1,}", "[1,]", "\"\u{1}\"", "\u{FEFF}{}",
        "{\"a\":\"\\x\"}",
        "\"\\u12g4\"", "+1", ".5", "1e", "-", "[1 2]", "{\"a\" 1}", "{1:2}", "// no\n1",
    ])
    func `is strict on what JSON is`(text: String) throws {
        #expect(try masked(text, "$.a") == nil)
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test(arguments: [
        "", "a", "$.", "$a", "$[", "$[a]", "$[-1]", "$['a'", "$...a", "$[?(@.a)]", "$[0:2]", "$..",
        "$.a.",
    ])
    func `a text that is no path is refused`(text: String) {
        #expect(MaskPath(text) == nil)
    }
}
