import Foundation
import Testing

@testable import Perturbation

@Suite struct PlanDocsTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The YAML blocks of docs/plans.md.
    private static func blocks() throws -> [String] {
        let page = try String(
            contentsOf: root.appendingPathComponent("docs/plans.md"), encoding: .utf8)
        return page.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    @Test func `every plan on the page of plans is one`() throws {
        let blocks = try Self.blocks()
        #expect(blocks.count > 15)
        for block in blocks {
            #expect(throws: Never.self) {
                let plan = try Plan(yaml: Array(block.utf8), file: "docs/plans.md")
                let again = try Plan(yaml: Array(plan.canonicalText.utf8), file: "canonical")
                #expect(again == plan)
            }
        }
    }

    @Test func `the first plan on the page is the standard one`() throws {
        let first = try #require(try Self.blocks().first)
        #expect(try Plan(yaml: Array(first.utf8), file: "docs/plans.md") == .standard)
    }
}
