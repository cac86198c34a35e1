import Foundation
import Results
import Simulation
import Synchronization
import Testing

@testable import Exploration

struct ResumeTests {
    /// Two messages of one key, a crash and a redelivery: some thousands of classes.
    static let scenario = Scenario.single(
        "resume", messages: 2, steps: "{load: a}, {change: -1}, {store: a}, {load: b}, {store: b}",
        rest: "bounds: {crashes: 1, redeliveries: 1}\ninvariants: [allHandledOrDead]")

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "resume-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func explorer(_ strategy: SearchStrategy, _ executions: Int) throws -> Explorer {
        var explorer = Explorer(try Self.scenario.model())
        explorer.strategy = strategy
        explorer.limits.executions = executions
        explorer.tellsCoverage = true
        explorer.threads = 1
        return explorer
    }

    /// Runs in pieces, each of which is ended after a few looks, with the file opened anew each time.
    private func inPieces(
        _ strategy: SearchStrategy, _ executions: Int, looks: Int, in folder: String
    ) async throws -> (Exploration, pieces: Int) {
        for piece in 1...200 {
            var explorer = try explorer(strategy, executions)
            explorer.memory = ExplorationMemory(
                try TrialResults(path: folder + "/x.db", identity: "x"), block: 300,
                folder: folder)
            let left = Atomic(looks * piece)
            explorer.limits.isOver = {
                left.subtract(1, ordering: .relaxed).newValue < 0
            }
            let result = await explorer.run()
            try #require(explorer.memory?.error == nil)
            let isCut = left.load(ordering: .relaxed) < 0
            if !isCut { return (result, piece) }
        }
        throw Unending()
    }

    private struct Unending: Error {}

    @Test(
        arguments: [
            (SearchStrategy.dpor, 1500, 5), (.delay, 700, 3), (.preemption, 700, 3),
            (.random, 1000, 10), (.urw, 1000, 10), (.pct3, 1000, 10), (.feedback, 1000, 10),
            (.all, 2000, 20), (.dfs, .max, 4), (.ample, .max, 4), (.dfs, 20, 4),
        ])
    func `a search that is stopped and gone on with comes to what an undisturbed one comes to`(
        strategy: SearchStrategy, executions: Int, looks: Int
    ) async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let whole = await (try explorer(strategy, executions)).run()
        let (result, pieces) = try await inPieces(strategy, executions, looks: looks, in: folder)
        #expect(pieces > 1)
        #expect(result.end == whole.end)
        #expect(result.counts == whole.counts)
        #expect(result.classes == whole.classes)
        #expect(result.unseenMass == whole.unseenMass)
        #expect(result.coverage == whole.coverage)
        #expect(result.limit == whole.limit)
        if result.end != .stopped {
            // What is over needs its states no more.
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!files.contains { $0.hasSuffix(".states") })
        }
    }

    @Test(arguments: [0, 40, 2000])
    func `states that are missing, cut or changed are noticed, and the search begins anew`(
        place: Int
    ) async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func run(_ looks: Int, _ said: Said) async throws -> Exploration {
            var explorer = try explorer(.dfs, .max)
            explorer.memory = ExplorationMemory(
                try TrialResults(path: folder + "/x.db", identity: "x"), folder: folder,
                say: { line in said.lines.withLock { $0.append(line) } })
            let left = Atomic(looks)
            explorer.limits.isOver = { left.subtract(1, ordering: .relaxed).newValue < 0 }
            return await explorer.run()
        }
        let (first, second) = (Said(), Said())
        #expect(try await run(2, first).end == .stopped)
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder).first {
                $0.hasSuffix(".states")
            })
        let url = URL(fileURLWithPath: "\(folder)/\(name)")
        if place == 0 {
            try FileManager.default.removeItem(at: url)
        } else {
            var bytes = try Data(contentsOf: url)
            bytes[place] ^= 4
            try bytes.write(to: url)
        }
        let result = try await run(1_000_000, second)
        let whole = await (try explorer(.dfs, .max)).run()
        #expect(result.counts == whole.counts && result.end == whole.end)
        #expect(first.lines.withLock { $0 }.isEmpty)
        #expect(second.lines.withLock { $0 }.first?.hasPrefix("dfs begins anew") == true)
    }

    @Test func `states that cannot be written end no search, and that is said`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let said = Said()
        func run(_ looks: Int) async throws -> Exploration {
            var explorer = try explorer(.dfs, .max)
            explorer.memory = ExplorationMemory(
                try TrialResults(path: folder + "/x.db", identity: "x"),
                folder: folder + "/nowhere",
                say: { line in said.lines.withLock { $0.append(line) } })
            let left = Atomic(looks)
            explorer.limits.isOver = { left.subtract(1, ordering: .relaxed).newValue < 0 }
            let result = await explorer.run()
            #expect(explorer.memory?.error == nil)
            return result
        }
        #expect(try await run(2).end == .stopped)
        let line = try #require(said.lines.withLock { $0 }.first)
        #expect(line.contains("cannot be written") && line.contains("from the start"), "\(line)")
        let whole = await (try explorer(.dfs, .max)).run()
        let result = try await run(1_000_000)
        #expect(result.counts == whole.counts && result.end == whole.end)
    }

    @Test(arguments: [SearchStrategy.dfs, .ample])
    func `states that have no room in memory stop a search, which goes on where there is more`(
        strategy: SearchStrategy
    ) async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func run(_ memory: Int) async throws -> Exploration {
            var explorer = Explorer(
                try Scenario.single(
                    "large", messages: 4, steps: "{load: a}, {change: -1}, {store: a}, {load: b}",
                    rest: "bounds: {crashes: 1}\ninvariants: [allHandledOrDead]"
                ).model())
            explorer.strategy = strategy
            explorer.limits.memory = memory
            explorer.memory = ExplorationMemory(
                try TrialResults(path: folder + "/x.db", identity: "x"), folder: folder)
            return await explorer.run()
        }
        let first = try await run(1 << 20)
        #expect(first.end == .stopped && first.isOutOfMemory && first.states > 1000)
        let second = try await run(.max)
        #expect(second.end == .complete && !second.isOutOfMemory)
        #expect(second.states > first.states)
    }

    private final class Said: Sendable {
        let lines = Mutex<[String]>([])
    }

    @Test(
        arguments: SearchStrategy.allCases.filter { $0 != .feedback })
    func `no more executions are tried than are allowed`(strategy: SearchStrategy) async throws {
        let result = await (try explorer(strategy, 37)).run()
        let keepsStates = [.auto, .dfs, .ample].contains(strategy)
        #expect(keepsStates ? result.executions <= 37 : result.executions == 37)
    }

    @Test func `auto goes over to reduced states, and to all where something has no end`()
        async throws
    {
        func run(_ scenario: Scenario, _ most: Int) async throws -> Exploration {
            var explorer = Explorer(try scenario.model())
            explorer.mostClasses = most
            return await explorer.run()
        }
        let steps = "{load: a}, {change: -1}, {store: a}"
        let writers = Scenario.single("writers", messages: 4, steps: steps)
        let classes = try await run(writers, 10_000)
        #expect(classes.strategy == .dpor && classes.end == .complete)
        let states = try await run(writers, 5)
        #expect(states.strategy == .ample && states.end == .complete)
        // Two versions that are tried again for ever, behind a lock that is never given back.
        let endless = Scenario(
            "endless",
            """
            sources: {s: {to: q, arrivals: together, keys: one, messages: 1}}
            stores: {a: {}}
            handlers:
              h: {from: q, retry: [{inline: forever}], steps: [{think: 1ms}, {load: a}, {fail: 100%}]}
            """)
        #expect(try await run(endless, 5).hit?.finding == .livelock)
    }

    @Test func `what was found is found again without a search`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func run() async throws -> Exploration {
            var explorer = Explorer(try LibraryTests.model("oversell"))
            explorer.memory = ExplorationMemory(
                try TrialResults(path: folder + "/x.db", identity: "x"))
            return await explorer.run()
        }
        let (first, second) = (try await run(), try await run())
        #expect(first.end == .found && second.end == .found)
        #expect(first.counterexample?.choices == second.counterexample?.choices)
        #expect(first.executionsToFind == second.executionsToFind)
        let results = try TrialResults(path: folder + "/x.db", identity: "x")
        #expect(try results.entries(of: "dpor over").map(\.signature) == ["noOversell"])
    }

    @Test func `where a search stands is read as it was written, and nothing else is`() throws {
        let model = try Self.scenario.model()
        var search = Search(SearchLimits())
        search.limits.executions = 300
        var last: SearchStand?
        search.keep = { last = $0 }
        SourceDPOR().run(model, &search)
        let stand = try #require(last)
        #expect(SearchStand(text: stand.text) == stand)
        #expect(SearchStand(text: "1 2\n3") == nil)
        // Numbers of another search are no path here: it begins anew.
        var other = Search(search.limits)
        other.start = SearchStand(
            stand.counts, walk: Array(stand.walk.dropLast(3)), coverage: [])
        SourceDPOR().run(model, &other)
        var plain = Search(search.limits)
        SourceDPOR().run(model, &plain)
        #expect(other.executions == plain.executions)
    }
}
