import Foundation
import Testing

@testable import Configuration

/// The document as one line, or its problems.
private func tree(_ bytes: [UInt8]) -> String {
    do {
        return outline(try YAML.tree(bytes, file: "f"))
    } catch { return error.description }
}

private func outline(_ node: Node) -> String {
    switch node.content {
    case .scalar(let text, let isQuoted): isQuoted ? "'\(text)'" : text
    case .sequence(let nodes): "[" + nodes.map(outline).joined(separator: ",") + "]"
    case .mapping(let entries):
        "{" + entries.map { "\($0.name):" + outline($0.value) }.joined(separator: ",") + "}"
    }
}

@Suite struct AwkwardFileTests {
    @Test(arguments: [
        ("a: 1\nb: [x, 'y', \"z\"]", "{a:1,b:[x,'y','z']}"),
        ("{\"a\": [1, 2, {\"b\": null}]}", "{a:[1,2,{b:null}]}"),
        ("\u{FEFF}a: 1\r\nb: 2\r\n", "{a:1,b:2}"),
        ("%YAML 1.1\n---\na: 1\n...\n", "{a:1}"),
        ("a: |\n  x\n  y\n", "{a:'x\ny\n'}"), ("a: >-\n  x\n  y\n", "{a:'x y'}"),
        ("a: &x {b: 1}\nc: *x\nd: [*x, *x]", "{a:{b:1},c:{b:1},d:[{b:1},{b:1}]}"),
        ("a: &x 1\nb: &x 2\nc: *x", "{a:1,b:2,c:2}"),
        ("'<<': 1", "{<<:1}"), ("? a\n: 1\n", "{a:1}"), ("a:\nb:", "{a:,b:}"),
        ("! a: ! b", "{a:b}"), ("grün: 好 😀", "{grün:好 😀}"),
        ("\"a\\u0000\\x07b\"", "'a\0\u{7}b'"), ("", "f:1:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins here; put one document in a file"),
        ("a: 1\nb: 2\na: 3\n", "f:3:1: a: given twice, first at 1:1; keep one of them"),
        (
            "x: {a: 1, \"a\": 2, a: 3}",
            """
            f:1:11: x.a: given twice, first at 1:5; keep one of them
            f:1:19: x.a: given twice, first at 1:5; keep one of them
            """
        ),
        (
            "a: &x {b: 1}\nc:\n  <<: *x\n",
            "f:3:3: c: merge keys are not supported; "
                + "write the keys out, or give a whole value a name with & and *"
        ),
        ("[a]: 1", "f:1:1: a list cannot be a key; write a name"),
        ("? {a: 1}\n: [1, 2]\n", "f:1:3: a mapping cannot be a key; write a name"),
        (
            "a: !!int 5",
            "f:1:4: a: the tag \"tag:yaml.org,2002:int\" means nothing here; leave it out"
        ),
        ("a: *b", "f:1:4: no value above has the name &b"),
        ("a: &rate 1\nb: *rat", "f:2:4: no value above has the name &rat; did you mean `*rate`?"),
        ("a: &x [1, *x]", "f:1:11: *x stands inside of its own value"),
        ("a: \"b\nc: 1\n", "f:1:4: this quoted text never ends; close it with the same quote"),
        ("a: 1\nb: 'c\n---\n", "f:2:4: this quoted text never ends; close it with the same quote"),
        ("a:\n\t- 1\n", "f:2:1: a tab where spaces are due; indent with spaces"),
        ("a: %2\n", "f:1:4: no value may begin with this character; put the text in quotes"),
        (
            "drop:2%\na: 1",
            "f:2:2: no key can stand in front of this colon; put a space behind the colons above, "
                + "the key on a line of its own, or the text in quotes"
        ),
        (
            "a: [1,",
            "f:1:7: no value stands here; write one, or close the list with ] or the mapping with }"
        ),
        ("- a: ]", "f:1:6: no value stands here; write one"),
        (
            "a: *",
            "f:1:4: * and & begin the name of a value, and none follows; put the text in quotes"
        ),
        (
            "a: &\nb: 1",
            "f:1:4: * and & begin the name of a value, and none follows; put the text in quotes"
        ),
        ("a: >b\n", "f:1:4: | and > begin a text on the lines below; put the text in quotes"),
        ("a: - b\n", "f:1:4: no list can begin here; put each - on a line of its own"),
        (
            "a: ? b\n",
            "f:1:4: no key can begin here; put it on a line of its own, or the text in quotes"
        ),
        ("[a]\nb\n", "f:2:1: the document has ended above; put one value in a file"),
        (
            "{a:[1]}",
            "f:1:3: a space is missing behind this colon; put it there, or the text in quotes"
        ),
        ("a: @b\n", "f:1:4: no value may begin with this character; put the text in quotes"),
        (
            "a: b: c\n",
            "f:1:5: no key can stand in front of this colon; put a space behind the colons above, "
                + "the key on a line of its own, or the text in quotes"
        ),
        (
            "a: [1, 2\nb: 3\n",
            "f:2:2: the list that begins at 1:4 does not go on as a list; "
                + "part its elements by commas and close it with ]"
        ),
        (
            "a: {b: 1\n",
            "f:2:1: the mapping that begins at 1:4 does not go on as a mapping; "
                + "part its keys by commas and close it with }"
        ),
        (
            "a: 1\n  b: 2\n",
            "f:2:4: no key can stand in front of this colon; put a space behind the colons above, "
                + "the key on a line of its own, or the text in quotes"
        ),
        (
            "a: 1\nbc\nd: 2\n",
            "f:2:1: this is no key: no colon and space follow it; write key: value"
        ),
        (
            "a: 1\n- b\n",
            "f:2:1: no key of the mapping that begins at 1:1 stands here; indent it like the other "
                + "keys, or put texts with : # or quotes in quotes"
        ),
        (
            "- a\nb: 1\n",
            "f:2:1: no element of the list that begins at 1:1 stands here; "
                + "begin each with a - in the same column"
        ),
        (
            "%YAML 2.0\n---\na: 1\n", "f:1:1: not YAML: found incompatible YAML document"
        ),
        (
            "a: 1\nb: \u{7}\n",
            "f:2:4: the character U+0007 may not stand in YAML; "
                + "write it as an escape in double quotes"
        ),
        (
            "a: 1\nb\0: 1\n",
            "f:2:2: the character U+0000 may not stand in YAML; "
                + "write it as an escape in double quotes"
        ),
        (
            "a: \"\\q\"",
            "f:1:5: no escape in double quotes begins like this; use single quotes, or write \\\\"
        ),
    ])
    func `reads or names the place`(text: String, expected: String) {
        #expect(tree(Array(text.utf8)) == expected)
    }

    @Test(
        arguments: [
            ([0x61, 0x3a, 0x20, 0xff], "1:4"), ([0x0a, 0xc3, 0xa4, 0xc3, 0x28], "2:2"),
            ([0xff, 0xfe, 0x61, 0x00], "1:1"), ([0xfe, 0xff, 0x00, 0x61], "1:1"),
            ([0xef, 0xbf, 0xbd, 0x0a, 0x0a, 0x61, 0xed, 0xa0, 0x80], "3:2"),
            ([0x61, 0x0a, 0xf0, 0x9f, 0x98], "2:1"),
        ] as [([UInt8], String)])
    func `names the first byte that is no UTF-8`(bytes: [UInt8], place: String) {
        #expect(tree(bytes) == "f:\(place): not UTF-8 from here on; save it as UTF-8")
    }

    @Test func `a small file cannot ask for a large tree`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let names = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(names)]\n"
        }
        #expect(tree(Array(text.utf8)) == "f:6:10: aliases stand for more than 100000 values")
    }

    @Test func `a deep file is refused before the stack ends`() {
        let flow = String(repeating: "[", count: 100_000)
        #expect(tree(Array(flow.utf8)) == "f:1:65: values nested more than 64 levels deep")
        let block = String(repeating: "- ", count: 1000)
        #expect(tree(Array(block.utf8)) == "f:1:129: values nested more than 64 levels deep")
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(tree(Array(deepest.utf8)) == deepest)
        var aliases = "a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n"
        for level in 1...9 {
            aliases += "a\(level): &a\(level) [[[[[[[[[[*a\(level - 1)]]]]]]]]]]\n"
        }
        #expect(
            tree(Array(aliases.utf8)) == "f:7:19: values nested more than 64 levels deep")
    }

    @Test func `problems of the document and of its values come together`() {
        let error = #expect(throws: ConfigurationError.self) {
            try YAML.read("a: x\na: 2\nb: 1\n", file: "f") { root in
                root.section { $0.required("a", as: .integer) }
            }
        }
        #expect(
            error?.problems.map(\.place) == [
                Place(line: 1, column: 4), Place(line: 2, column: 1), Place(line: 3, column: 1),
            ])
    }

    @Test func `a problem is printed on one line`() {
        let text = tree(Array("\"a\\nb\\u202e\\\"\": 1\n\"a\\nb\\u202e\\\"\": 2".utf8))
        #expect(
            text == "f:2:1: [\"a\\nb\\u{202e}\\\"\"]: given twice, first at 1:1; keep one of them")
    }

    @Test func `reads files, and says why it cannot`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.yaml").path
        let long = String(repeating: "x", count: 200_000)
        try Data("a: \(long)\n".utf8).write(to: URL(fileURLWithPath: path))
        let bytes = try SmallFile.bytes(path)
        let value = try YAML.read(bytes, file: path) { $0.section { $0.required("a", as: .text) } }
        #expect(value == long)

        func reason(_ path: String) -> String? {
            #expect(throws: SmallFile.Unreadable.self) { try SmallFile.bytes(path) }?.description
        }
        #expect(
            reason("/no/such.yaml") == "/no/such.yaml: cannot be read: No such file or directory")
        #expect(reason(folder.path) == "\(folder.path): cannot be read: Is a directory")
        #expect(
            reason("/dev/zero")
                == "/dev/zero: cannot be read: it is too large; at most 67108864 bytes are read")
    }
}
