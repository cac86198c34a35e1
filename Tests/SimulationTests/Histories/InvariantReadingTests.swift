import Testing

@testable import Simulation

@Suite struct InvariantReadingTests {
    private static let rest = """
        sources: {a: {to: q, rate: 9/s, messages: 9}}
        stores: {s: {}}
        handlers: {h: {from: q, steps: [load: s, think: 1ms, store: s]}}

        """

    private func read(_ text: String) -> (topology: Topology?, problems: [String]) {
        do {
            return (try Topology(yaml: Array((Self.rest + text).utf8), file: "t.yaml"), [])
        } catch {
            return (nil, error.problems.map(\.description))
        }
    }

    @Test(arguments: [
        ("invariants: [boundedStaleness]", "boundedStaleness has no bound"),
        ("invariants: [{boundedStaleness: 0s}]", "more than 0"),
        (
            "invariants: [{boundedStaleness: {versions: 0}}]",
            "invariants[0].boundedStaleness.versions"
        ),
        ("invariants: [{boundedStalenes: 1s}]", "did you mean `boundedStaleness`?"),
        ("invariants: [conservation, noOversell, conservation]", "conservation stands there twice"),
        ("invariants: [conservatoin]", "did you mean `conservation`?"),
        ("delivery: exactlyTwice", "no contract of delivery"),
        ("run: {warmUp: mser}", "write 10%, less than 1, or mser5"),
    ])
    func `what will not do is told with what would`(text: String, words: String) {
        let problems = read(text).problems
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }

    @Test func `bounds, contracts and the cut are read`() throws {
        let text = """
            invariants: [noOversell, {boundedStaleness: {versions: 3}}]
            delivery: atMostOnce
            run: {warmUp: mser5}
            """
        let topology = try #require(read(text).topology)
        #expect(topology.invariants == [.noOversell, .boundedStaleness])
        #expect(topology.staleness == .versions(3))
        #expect(topology.delivery == .atMostOnce)
        #expect(topology.run.cutsByMSER)
        let time = try #require(read("invariants: [{boundedStaleness: 250ms}]").topology)
        #expect(time.staleness == .time(.milliseconds(250)))
    }

    @Test func `under exactly once a repeat by the transport is none of the handler's`() throws {
        func broken(_ change: (String) -> String) throws -> [Invariant] {
            let text = """
                sources: {a: {to: q, rate: 50/s, messages: 200}}
                handlers: {h: {from: q, redelivery: 5ms, steps: [effect: mail, think: 5ms]}}
                faults: [{kill: h, every: 200ms, lasting: 5ms}]
                invariants: [exactlyOnceEffect]
                delivery: atLeastOnce
                """
            return try Topology(yaml: Array(change(text).utf8), file: "t.yaml").run(seed: "c")
                .broken.map(\.invariant)
        }
        #expect(try broken { $0 } == [.exactlyOnceEffect])
        #expect(try broken { $0.replacing("atLeastOnce", with: "exactlyOnce") } == [])
        // Its own retries are the handler's.
        let own = try broken {
            $0.replacing("atLeastOnce", with: "exactlyOnce")
                .replacing("think: 5ms", with: "think: 5ms, fail: 20%")
        }
        #expect(own == [.exactlyOnceEffect])
    }
}
