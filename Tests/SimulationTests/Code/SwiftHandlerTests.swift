import Foundation
import KerfuffleSimulation
import Testing

@Suite struct SwiftHandlerTests {
    /// The same steps in a file, with the store in one way or the other.
    private static func flashSale(steps: String, rest: String = "") throws -> Topology {
        let yaml = """
            sources: {buyers: {to: orders, rate: 400/s, keys: "hot(1 of 5, 60%)", messages: 900}}
            stores: {inventory: {initial: 60, latency: 1ms}}
            handlers:
              reserve:
                from: orders
                nodes: 2
                workers: 8
                redelivery: 50ms
                steps: [\(steps)]
                retry: [{inline: 9, cooldown: exponential(5ms)}, deadLetter]
            faults: [{kill: reserve, every: 300ms, lasting: 50ms}]
            invariants: [noOversell, noLostUpdate]
            \(rest)
            """
        return try Topology(yaml: Array(yaml.utf8), file: "flash-sale.yaml")
    }

    private static func file(_ mode: String) throws -> Topology {
        try flashSale(
            steps: "load: inventory, check: {atLeast: 1}, think: exponential(10ms), change: -1, "
                + "store: {in: inventory, as: \(mode)}")
    }

    private static func code(checksVersion: Bool) throws -> CodedTopology {
        try CodedTopology(
            flashSale(steps: ""), ["reserve": Reserve(checksVersion: checksVersion)])
    }

    @Test func `the naive inventory handler oversells, the optimistic one does not`() throws {
        let naive = try Self.code(checksVersion: false).run(seed: "sale")
        #expect(naive.oversold > 0 && naive.lostUpdates > 0)
        #expect(naive.broken.map(\.invariant) == [.noOversell, .noLostUpdate])
        let optimistic = try Self.code(checksVersion: true).run(seed: "sale")
        #expect(optimistic.oversold == 0 && optimistic.lostUpdates == 0)
        #expect(optimistic.broken.isEmpty && optimistic.measured.conflicts > 20)
    }

    /// Every draw, touch, event and choice: the fingerprint is over all of them.
    @Test(arguments: Strategy.allCases, [false, true])
    func `code does what a file's steps do`(strategy: Strategy, checksVersion: Bool) throws {
        let file = try Self.file(checksVersion ? "versioned" : "value")
        let code = try Self.code(checksVersion: checksVersion)
        // Under a lock, a file's steps give it back in front of the end.
        if strategy == .lock || strategy == .rowLock { return }
        for seed in ["a", "b"] {
            let expected = file.run(strategy, seed: seed)
            let found = code.run(strategy, seed: seed)
            #expect(found.fingerprint == expected.fingerprint)
            #expect(found.measured == expected.measured && found.warmUp == expected.warmUp)
            #expect(found.broken == expected.broken)
        }
    }

    @Test(arguments: [Strategy.lock, .rowLock, .actor, .partitioned])
    func `strategies that let one handle a key at a time cure the naive code`(
        strategy: Strategy
    ) throws {
        let code = try Self.code(checksVersion: false)
        let result = code.run(strategy, seed: "sale")
        #expect(result.broken.isEmpty)
        #expect(result.measured.commits > 700)
        #expect((result.measured.grants > 0) == (strategy == .lock || strategy == .rowLock))
    }

    @Test func `a run of code is the same every time, and so are its comparisons`() throws {
        let code = try Self.code(checksVersion: true)
        let first = try #require(Comparison(code, [.naive, .actor], seeds: ["1", "2", "3"]))
        let second = try #require(Comparison(code, [.naive, .actor], seeds: ["1", "2", "3"]))
        #expect(first.sides.map(\.fingerprint) == second.sides.map(\.fingerprint))
        #expect(first.sides[0].anyBroken.hits == 0)
    }

    /// Tries twice within the attempt, reads the clock, asks a service, keeps an inbox, publishes.
    private struct Careful: SwiftHandler {
        enum Label: CaseIterable { case known, ask, pause, load, store, charge, note, mail }

        var tries = 0
        var began: Int64 = 0

        func step(_ label: Label) -> CodeStep {
            switch label {
            case .known: .lookUp("seen")
            case .ask: .call("gateway", timeout: .milliseconds(20))
            case .pause: .think(.uniform(lowUs: 1000, highUs: 9000))
            case .load: .load("inventory")
            case .store: .store("inventory", as: .versioned)
            case .charge: .effect("charge")
            case .note: .note("seen")
            case .mail: .publish("mails")
            }
        }

        mutating func next(
            after label: Label?, _ answer: Answer, _ message: MessageView
        ) -> Next<Label> {
            switch (label, answer) {
            case (nil, _):
                began = message.clockNs
                return .go(.known)
            case (.known, .refused): return .done
            case (.known, _): return .go(.ask)
            case (.ask, .failed(let kind)):
                tries += 1
                return tries < 3 ? .go(.ask) : .fail(kind)
            case (.ask, _), (.pause, _): return .go(.load)
            case (.load, .loaded(let value, _)):
                return value < 1 ? .reject : .store(.store, .by(-1))
            case (.store, .failed): return .go(.pause)
            case (.store, _): return .go(.charge)
            case (.charge, _): return .go(.note)
            case (.note, _): return message.clockNs > began ? .go(.mail) : .fail(.fault)
            case (.mail, _): return .done
            default: return .fail(.fault)
            }
        }
    }

    @Test func `code goes on by itself after a conflict, a time-out and a known message`() throws {
        let yaml = """
            sources:
              buyers:
                to: orders
                rate: 400/s
                keys: "hot(1 of 5, 60%)"
                messages: 900
                duplicates: {probability: 20%, after: 400ms}
            stores: {inventory: {initial: 60, latency: 1ms}}
            services: {gateway: {steps: [think: exponential(8ms)]}}
            handlers:
              reserve: {from: orders, workers: 16, steps: []}
              mail: {from: mails, workers: unlimited, steps: [think: 5ms]}
            invariants: [noOversell, noLostUpdate]
            """
        let topology = try Topology(yaml: Array(yaml.utf8), file: "careful.yaml")
        let code = try CodedTopology(topology, ["reserve": Careful()])
        var pauses: [Int64: [Int64]] = [:]
        let result = code.run(seed: "careful") { entry in
            // Not the store's latency.
            if entry.what == .think && entry.unit == 0 && entry.value != 1_000_000 {
                pauses[entry.message, default: []].append(entry.value)
            }
        }
        #expect(result.broken.isEmpty && result.measured.conflicts == 0)
        #expect(result.measured.duplicates > 0 && result.measured.commits > 700)
        #expect(result.fingerprint == code.run(seed: "careful").fingerprint)
        // A step that is taken again draws anew.
        let again = pauses.values.filter { $0.count > 1 }
        #expect(!again.isEmpty)
        #expect(again.allSatisfy { Set($0).count == $0.count })
    }

    private struct Wrong: SwiftHandler {
        enum Label: CaseIterable { case load, store, call, mail, first, second }

        func step(_ label: Label) -> CodeStep {
            switch label {
            case .load: .load("stock")
            case .store: .store("inventory", as: .conditional)
            case .call: .call("gateway")
            case .mail: .publish("mails")
            case .first: .acquire("a")
            case .second: .acquire("b")
            }
        }

        mutating func next(
            after label: Label?, _ answer: Answer, _ message: MessageView
        ) -> Next<Label> { .done }
    }

    @Test func `code that does not fit its topology is told everything that does not`() throws {
        let topology = try Self.flashSale(steps: "")
        #expect(throws: CodeError.self) { try CodedTopology(topology, ["other": Wrong()]) }
        do {
            _ = try CodedTopology(
                topology, ["reserve": Wrong(), "sell": Reserve(checksVersion: true)])
            Issue.record("it was accepted")
        } catch {
            #expect(
                error.problems == [
                    "reserve: no store stock, but inventory",
                    "reserve: a conditional store of inventory without atLeast",
                    "reserve: no service gateway, for there is none",
                    "reserve: no queue mails, but orders",
                    "reserve: it acquires in two steps where one is accepted",
                    "there is no handler sell, but reserve",
                ])
        }
    }

    /// The page's example is the one that is compiled here.
    @Test func `the example of the documentation is this suite's`() throws {
        let here = URL(fileURLWithPath: #filePath)
        let example = try String(
            contentsOf: here.deletingLastPathComponent().appending(path: "Reserve.swift"),
            encoding: .utf8)
        var root = here
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let page = try String(
            contentsOf: root.appending(path: "docs/handlers-in-swift.md"), encoding: .utf8)
        #expect(page.contains("```swift\n\(example)```"))
    }
}
