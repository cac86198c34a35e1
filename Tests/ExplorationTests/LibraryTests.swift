import Foundation
import Simulation
import Testing

@testable import Exploration

/// The topologies of topologies/explore, each with its correct twin.
struct LibraryTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../topologies/explore").standardizedFileURL

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static let pairs = names.filter { names.contains("\($0)-fixed") }

    static func model(_ name: String) throws -> Model {
        let file = folder.appendingPathComponent("\(name).yaml")
        return try Model(
            Topology(yaml: Array(try Data(contentsOf: file)), file: "\(name).yaml"))
    }

    @Test func `there are thirty pairs or more`() {
        #expect(Self.pairs.count >= 30)
    }

    @Test(arguments: pairs)
    func `what is wrong is found, and its correct twin is proven`(name: String) throws {
        let wrong = Explorer(try Self.model(name)).run()
        #expect(wrong.end == .found)
        #expect(wrong.counterexample?.timeline != nil)
        let right = Explorer(try Self.model("\(name)-fixed")).run()
        #expect(right.end == .complete)
        print(
            name, wrong.counterexample.map { "\($0.finding) \($0.choices.count)" } ?? "-",
            wrong.executions, right.end, right.counterexample.map { "\($0.finding)" } ?? "-",
            right.executions, right.states)
    }
}
