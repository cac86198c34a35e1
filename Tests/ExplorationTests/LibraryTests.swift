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

    static func text(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent("\(name).yaml")))
    }

    static func model(_ name: String) throws -> Model {
        try Model(Topology(yaml: try text(name), file: "\(name).yaml"))
    }

    @Test func `there are thirty pairs or more`() {
        #expect(Self.pairs.count >= 30)
    }

    @Test(arguments: pairs)
    func `what is wrong is found, and its correct twin is proven`(name: String) async throws {
        let wrong = await Explorer(try Self.model(name)).run()
        #expect(wrong.end == .found)
        #expect(wrong.counterexample?.timeline != nil)
        let right = await Explorer(try Self.model("\(name)-fixed")).run()
        #expect(right.end == .complete)
    }

    @Test
    func `exclusive partitions make the race impossible, with a crash, a repeat and a rebalance`()
        async throws
    {
        var explorer = Explorer(try Self.model("exclusive-partitions"))
        explorer.strategy = .dfs
        let result = await explorer.run()
        #expect(result.end == .complete)
        #expect(explorer.model.messages == 4)
    }

    @Test(
        arguments: ["lost-update", "oversell", "late-key", "timer-race", "lock-order"],
        [
            SearchStrategy.random, .urw, .pct2, .pct3, .pctcp, .pos, .swarm, .feedback, .delay,
            .preemption, .dfs, .all,
        ])
    func `every strategy finds what is easy to find`(name: String, strategy: SearchStrategy)
        async throws
    {
        var explorer = Explorer(try Self.model(name))
        explorer.strategy = strategy
        explorer.limits.executions = 5000
        let result = await explorer.run()
        #expect(result.end == .found)
        let again = result.counterexample.map { Execution(explorer.model, $0.choices) }
        #expect(again?.finding == result.counterexample?.finding)
    }

    @Test func `a counterexample cannot lose a message or a step`() async throws {
        let model = try Self.model("oversell")
        var explorer = Explorer(model)
        explorer.strategy = .random
        explorer.mostStatesToShorten = 1
        let found = try #require(await explorer.run().counterexample)
        for place in found.choices.indices {
            var fewer = found.choices
            fewer.remove(at: place)
            #expect(Execution(model, fewer, skips: true).finding != found.finding)
        }
    }

    @Test func `what would have prevented it is tried`() async throws {
        let model = try Self.model("lost-update")
        let found = try #require(await Explorer(model).run().counterexample)
        let tried = Prevention.all(found, model)
        let optimistic = try #require(tried.first { $0.name == "optimistic" })
        #expect(optimistic.underSameChoices == nil && optimistic.isProven == true)
        #expect(tried.contains { $0.name == "partitioned" && $0.isProven == true })
    }

    @Test func `no strategy at all is no remedy where it loses updates instead`() async throws {
        let scenario = Scenario(
            "published twice",
            """
            sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
            stores: {a: {}}
            handlers:
              h: {from: q, workers: 2, steps: [{load: a}, {publish: r}, {change: 1}, {store: a}]}
              i: {from: r, workers: 2, steps: [{effect: e}]}
            strategy: optimistic
            invariants: [exactlyOnceEffect]
            """)
        let model = try scenario.model()
        let found = try #require(await Explorer(model).run().counterexample)
        let tried = Prevention.all(found, model)
        let naive = try #require(tried.first { $0.name == "naive" })
        #expect(naive.isProven == false && naive.found == .broken(.noLostUpdate))
        // The same deliveries, although there are fewer of them.
        let other = try scenario.model(.naive)
        #expect(other.deliveries < model.deliveries)
        let names = model.translate(found.choices, to: other).map { other.name($0.delivery) }
        #expect(names == found.choices.map { model.name($0.delivery) })
    }
}
