import Auditing
import Configuration
import Foundation
import Testing

private let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private let hunts: [String] = {
    let folder = repository.appendingPathComponent("Tests/Systems").path
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
}()

@Suite struct CheckFileTests {
    @Test func `there are hunt files to read`() { #expect(hunts.count >= 10) }

    @Test(arguments: hunts)
    func `a hunt file says what is to be checked`(name: String) throws {
        let path = repository.appendingPathComponent("Tests/Systems/\(name)").path
        let file = try CheckFile(path: path, topics: [])
        #expect(!file.plan.invariants.isEmpty && !file.input.isEmpty)
        #expect(file.observe?.isEmpty == false)
    }

    @Test func `without observe every topic that is no input is a stream of its own name`() throws {
        let text = "input: orders\ninvariants: [uniqueness: {key: key}]"
        let file = try CheckFile(
            yaml: Array(text.utf8), path: "check.yaml", topics: ["orders", "charges"])
        #expect(file.observe == nil && file.plan.invariants[0].stream == "charges")
        #expect(file.unseen(among: ["charges"]) == ["orders"])
    }

    @Test(arguments: [
        ("invariant: []", "check.yaml:1:1: invariant: unknown key; did you mean `invariants`?"),
        ("observe: [{topic: a, kind: x}]", "\"x\" is no kind"),
        (
            "observe: [{name: a}]",
            "none of `topic`, `changes`, `command`, `file` and `http` is here"
        ),
        ("- a", "a list is no mapping"),
    ])
    func `says what is wrong`(text: String, expected: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try CheckFile(yaml: Array(text.utf8), path: "check.yaml", topics: ["a"])
        }
        #expect(error?.description.contains(expected) == true, "\(error.map { "\($0)" } ?? "")")
    }
}
