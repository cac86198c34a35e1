import Testing

import enum Simulation.Strategy
import struct Simulation.Topology
import struct Simulation.TopologyDocument

@testable import Exploration

/// What is left of a counterexample: nothing can be taken away from it, and that is said.
struct ShorteningTests {
    private static func found(
        _ model: Model, _ strategy: SearchStrategy = .random, shortens: Bool = true
    ) async throws -> Counterexample {
        var explorer = Explorer(model)
        explorer.strategy = strategy
        explorer.limits.executions = 20_000
        if !shortens { explorer.mostStatesToShorten = 1 }
        return try #require(await explorer.run().counterexample)
    }

    @Test(
        arguments: [
            "lost-update", "oversell", "late-key", "write-skew", "lock-order", "redrive",
            "pause-in-lease", "outbox-twice",
        ], [true, false])
    func `a certificate counts what was tried, and none of it shows the finding`(
        name: String, shortens: Bool
    ) async throws {
        let model = try LibraryTests.model(name)
        let found = try await Self.found(model, shortens: shortens)
        let certificate = try #require(found.certificate)
        #expect(certificate.undecided == 0)
        let rows = Dictionary(
            uniqueKeysWithValues: certificate.rows.map { ($0.dimension, $0) })
        #expect(rows[.steps]?.before == found.stepsAtFirst)
        #expect(rows[.steps]?.after == found.choices.count)
        #expect(rows[.steps]?.tried == found.choices.count)
        let messages = Set(found.choices.map { model.chains[Int($0.delivery)] }).count
        #expect(rows[.messages]?.after == messages && rows[.messages]?.tried == messages)
        let faults = found.choices.count { $0.action != .goOn }
        #expect(rows[.faults]?.after == faults && rows[.faults]?.tried == faults)
        // Done again here, by the execution alone.
        func shows(_ choices: [Choice]) -> Bool {
            let again = Execution(model, choices, skips: true)
            if case .anomaly(let name) = found.finding {
                return again.history.anomalies().contains { $0.kind.rawValue == name }
            }
            return again.finding == found.finding
        }
        #expect(shows(found.choices))
        for place in found.choices.indices {
            var fewer = found.choices
            fewer.remove(at: place)
            #expect(!shows(fewer))
            guard found.choices[place].action != .goOn else { continue }
            fewer.insert(Choice(found.choices[place].delivery), at: place)
            #expect(!shows(fewer))
        }
    }

    /// Every execution of at most so many steps, by going through all of them.
    private func all(_ model: Model, _ most: Int, _ body: ([Choice]) -> Void) {
        func goOn(_ way: [Choice]) {
            if !way.isEmpty { body(way) }
            guard way.count < most else { return }
            for delivery in 0..<UInt8(model.deliveries) {
                for action in Action.allCases {
                    let longer = way + [Choice(delivery, action)]
                    if Execution(model, longer, keepsEntries: false).misfit == nil { goOn(longer) }
                }
            }
        }
        goOn([])
    }

    @Test(arguments: ["write-skew", "poison-livelock", "lock-order", "one-delivery"])
    func `what is called the shortest is so: no shorter execution at all shows it`(name: String)
        async throws
    {
        let model = try LibraryTests.model(name)
        let found = try await Self.found(model, .auto)
        #expect(found.isShortest)
        var shorter = 0
        all(model, found.choices.count - 1) { way in
            let isLivelock = found.finding == .livelock
            let again = Execution(
                model, way, keepsEntries: !isLivelock, looksForCycles: isLivelock)
            let anomalies = again.history.anomalies().map { Finding.anomaly($0.kind.rawValue) }
            if again.finding == found.finding || anomalies.contains(found.finding) { shorter += 1 }
        }
        #expect(shorter == 0)
    }

    @Test func `a long way round is made the shortest`() async throws {
        let model = try Scenario.single(
            "", messages: 3, workers: "3", handler: "retry: [{inline: forever}]",
            steps: "{think: 1ms}, {load: a}, {fail: 100%}"
        ).model()
        let (choices, isWhole) = ShortestLivelock(mostSteps: 40).run(model, SearchLimits())
        // Each fails once, which is counted, and goes round once: a load and a failure.
        #expect(choices?.count == 12 && isWhole)
        let none = ShortestLivelock(mostSteps: 11).run(model, SearchLimits())
        #expect(none.choices == nil && none.isWhole)
        var few = ShortestLivelock(mostSteps: 40)
        few.mostWork = 10
        #expect(!few.run(model, SearchLimits()).isWhole)
    }

    // MARK: Topologies

    private static let large = """
        # Comments go.
        about: "Far more than it takes: it shows an update that is lost"
        run: {messages: 9}
        sources:
          orders: {to: jobs, arrivals: together, keys: uniform(3), messages: 4}
          audits: {to: audit, arrivals: together, keys: one, messages: 1}
        stores:
          inventory: {initial: 25}
          log: {}
        handlers:
          reserve:
            from: jobs
            nodes: 2
            workers: unlimited
            steps: [{load: inventory}, {check: {atLeast: 3}}, {change: -3}, {store: inventory}, {publish: mails}]
          audit: {from: audit, workers: 1, steps: [{change: 1}, {store: {in: log, as: delta}}]}
          mail: {from: mails, workers: 2, steps: [{effect: sent}]}
        bounds: {crashes: 1}
        faults: [{kill: audit, every: 1s}, {kill: reserve, every: 10s}]
        invariants: [noLostUpdate]
        """

    private static func document(_ yaml: String) throws -> TopologyDocument {
        try TopologyDocument(yaml: Array(yaml.utf8), file: "large.yaml")
    }

    @Test
    func `consumers, messages, keys, faults and numbers are left out while the failure stays`()
        async throws
    {
        let document = try Self.document(Self.large)
        let model = try Model(document.topology)
        let found = try await Self.found(model)
        let small = Reduction(found, model) { try? document.edited($0).topology }
        #expect(small.counterexample.finding == found.finding)
        #expect(small.counterexample.choices.count <= found.choices.count)
        let after = Dictionary(
            uniqueKeysWithValues: small.certificate.rows.map { ($0.dimension, $0.after) })
        #expect(after[.handlers] == 1 && after[.sources] == 1 && after[.sent] == 2)
        #expect(after[.workers] == 2 && after[.keys] == 1 && after[.budgets] == 0)
        // -1, with a check of 0 and a stock of 0.
        #expect(after[.amounts] == 1)
        #expect(small.certificate.undecided == 0)
        let before = small.certificate.rows.first { $0.dimension == .handlers }?.before
        #expect(before == 3)
        // The file with its changes is that topology, and shows it by itself.
        let edited = try document.edited(small.edits)
        let again = try Model(
            Topology(yaml: Array(edited.text.utf8), file: "small.yaml"), seed: model.seed)
        #expect(
            Execution(again, small.counterexample.choices).finding == small.counterexample.finding)
        #expect(!edited.text.contains("audit") && !edited.text.contains("#"))
    }

    @Test func `another failure of the same kind does not take its place`() async throws {
        // With fewer handlers or messages `sell` would still lose updates of its own.
        let document = try Self.document(
            """
            sources:
              ins: {to: in, arrivals: together, keys: one, messages: 2}
              outs: {to: out, arrivals: together, keys: one, messages: 2}
            stores: {stock: {initial: 3}}
            handlers:
              buy: {from: in, workers: 1, steps: [{load: stock}, {change: 1}, {store: stock}]}
              sell: {from: out, workers: 2, steps: [{load: stock}, {change: -1}, {store: stock}]}
            invariants: [noLostUpdate]
            """)
        let model = try Model(document.topology)
        // The update of the one that buys is lost to one that sells.
        let names = (0..<UInt8(model.deliveries)).map { model.name($0) }
        let buy = try #require(names.firstIndex { $0.hasPrefix("buy") })
        let sell = try #require(names.firstIndex { $0.hasPrefix("sell") })
        let choices = [buy, sell, buy, sell, buy, sell].map { Choice(UInt8($0)) }
        let execution = Execution(model, choices, skips: true)
        #expect(execution.finding == .broken(.noLostUpdate))
        let taken = Array(execution.choices[..<execution.stepsToFinding])
        let found = Counterexample(
            model, .broken(.noLostUpdate), taken, first: taken, tried: [:], isShortest: false)
        let small = Reduction(found, model) { try? document.edited($0).topology }
        #expect(Signature(small.counterexample) == Signature(found))
        #expect(small.model.topology.handlers.count == 2)
        #expect(small.model.sourced.count == 2)
    }

    @Test func `what is a remedy stays one where the topology is smaller`() async throws {
        let document = try TopologyDocument(
            yaml: try LibraryTests.text("oversell"), file: "oversell.yaml")
        let model = try Model(document.topology)
        let found = try await Self.found(model, .dpor)
        let small = Reduction(found, model) { try? document.edited($0).topology }
        #expect(small.counterexample.finding == .broken(.noOversell))
        for strategy in [Strategy.optimistic, .atomic, .partitioned, .lock] {
            let other = try Model(small.model.topology, strategy: strategy)
            #expect(await Explorer(other).run().end == .complete, "\(strategy)")
        }
    }

    @Test(arguments: LibraryTests.names)
    func `a topology that is written anew is the same`(name: String) throws {
        let text = try LibraryTests.text(name)
        let document = try TopologyDocument(yaml: text, file: "\(name).yaml")
        let anew = try document.edited([.set("seed", "\"other\"")])
        var expected = document.topology
        expected.seed = "other"
        #expect(anew.topology == expected)
    }
}
