import Configuration
import Foundation
import Testing

@testable import Perturbation

@Suite struct PlanDocumentTests {
    private func blocks() throws -> [String] {
        let path = Reference.folder.deletingLastPathComponent().appending(path: "docs/plans.md")
        let document = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        return document.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }

    @Test func `every example of the document is a plan`() throws {
        let blocks = try blocks()
        #expect(blocks.count > 9)
        for block in blocks {
            let plan = try Plan(yaml: Array(block.utf8), file: "docs/plans.md")
            let again = try Plan(yaml: Array(plan.canonicalText.utf8), file: "canonical")
            #expect(again == plan)
        }
    }

    @Test func `the first example is the default, and the second changes its window`() throws {
        let blocks = try blocks()
        #expect(try Plan(yaml: Array(blocks[0].utf8), file: "first") == .standard)
        let window = try Plan(yaml: Array(blocks[1].utf8), file: "second").window
        #expect(window == WindowShape(records: 10...100, bytes: 256 << 10, maxWait: nil))
    }

    /// Keys that the reader knows and the document does not explain.
    @Test func `the document names every key`() throws {
        let path = Reference.folder.deletingLastPathComponent().appending(path: "docs/plans.md")
        let document = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        let sources = ["PlanDecoding", "ConditionDecoding", "Traffic/TrafficDecoding"].map {
            Reference.folder.deletingLastPathComponent()
                .appending(path: "Sources/Perturbation/Plan/\($0).swift")
        }
        var keys: Set<String> = []
        for source in sources {
            let text = String(decoding: try Data(contentsOf: source), as: UTF8.self)
            let asked = text.matches(of: /(?:optional|required|section|sequence)\(\s*"(\w+)"/)
            keys.formUnion(asked.map { String($0.output.1) })
        }
        #expect(keys.count > 20)
        for key in keys.sorted() {
            #expect(document.contains("`\(key)`") || document.contains("\(key):"), "\(key)")
        }
    }
}
