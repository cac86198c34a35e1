import Testing

@testable import Simulation

/// Figures of each handler, and from end to end where one publishes for the next.
@Suite struct HandlerFigureTests {
    private func run(_ text: String) throws -> RunResult {
        try Topology(yaml: Array(text.utf8), file: "h.yaml").run(.naive, seed: "h")
    }

    /// A hop of 40 ms and one of 1 s, the sum nowhere waited for.
    private func hops(_ publish: String, queue: String = "", workers: String = "unlimited")
        -> String
    {
        """
        sources: {a: {to: q, rate: 2/s, keys: uniform(9), messages: 200}}
        queues: {r: {\(queue)}}
        stores: {s: {}}
        handlers:
          first: {from: q, workers: unlimited, steps: [think: 40ms, \(publish)]}
          then: {from: r, workers: \(workers), steps: [think: 1s]}
        """
    }

    @Test func `latency from end to end is that of all hops`() throws {
        let result = try run(hops("publish: r"))
        #expect(result.endToEnd.count == 180)
        #expect(result.endToEnd.least == 1_040_000_000 && result.endToEnd.greatest == 1_040_000_000)
        #expect(result.endToEndHistogram.quantile(0.99) == 1_040_000_000)
        #expect(Figure.endToEndMean.value(result) == 1_040_000_000)
        #expect(result.handlers.map(\.name) == ["first", "then"])
        #expect(result.handlers.map(\.latency.mean) == [40_000_000, 1_000_000_000])
        #expect(result.handlers.map(\.counts.commits) == [180, 180])
        #expect(result.handlers.map(\.utilisation) == [nil, nil])
    }

    @Test(
        arguments: [
            // Two of each: the later one ends it. Repeats do not; and what is never published.
            ("publish: {to: r, after: 2s}, publish: r", 3_040_000_000),
            (
                "change: 1, store: {in: s, as: delta}, publish: {to: r, by: outbox, twice: 1}",
                1_040_000_000
            ),
            ("fail: 1, publish: r", 120_000_000),
        ] as [(String, Int64)])
    func `a chain ends with its last message`(publish: String, time: Int64) throws {
        let result = try run(hops(publish))
        #expect(result.endToEnd.count == 180)
        #expect(result.endToEnd.greatest == time)
    }

    @Test func `a chain of which a full queue refused something has no end`() throws {
        let result = try run(hops("publish: r", queue: "capacity: 1", workers: "1"))
        #expect(result.measured.refused > 20)
        #expect(result.endToEnd.count == 180 - result.measured.refused)
        #expect(result.endToEnd.least == 1_040_000_000)
        #expect(
            result.endToEnd.greatest > 1_040_000_000 && result.endToEnd.greatest <= 2_040_000_000)
    }

    @Test func `without publications a message's own latency is that from end to end`() throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 20/s, messages: 100}}
            handlers: {h: {from: q, workers: 2, steps: [think: 20ms]}}
            """)
        #expect(result.endToEnd == result.sojourn && result.handlers.count == 1)
        #expect(result.handlers[0].counts.commits == result.measured.commits)
        #expect(result.handlers[0].utilisation == result.utilisation)
        #expect(result.handlers[0].latency == result.sojourn)
    }

    @Test func `handlers' figures add up to the run's`() throws {
        let result = try run(
            """
            sources:
              a: {to: q, rate: 50/s, keys: uniform(5), messages: 500}
              b: {to: r, rate: 30/s, messages: 300, poison: 10%}
            stores: {s: {}}
            handlers:
              one:
                from: q
                workers: 4
                steps: [load: s, think: 40ms, change: 1, {store: {in: s, as: versioned}}]
                retry: [inline: 1, deadLetter]
              two: {from: r, workers: 3, steps: [think: 20ms, fail: 20%], retry: [inline: 1, discard]}
            """)
        let counts = result.measured
        let handlers = result.handlers.map(\.counts)
        func sum(_ count: KeyPath<HandlerResult.Tallies, Int>) -> Int {
            handlers.reduce(0) { $0 + $1[keyPath: count] }
        }
        #expect(counts.conflicts > 0 && counts.faults > 0 && counts.discarded > 0)
        #expect(sum(\.attempts) == counts.attempts && sum(\.commits) == counts.commits)
        #expect(sum(\.conflicts) == counts.conflicts && sum(\.faults) == counts.faults)
        #expect(sum(\.deadLetters) == counts.deadLetters && sum(\.discarded) == counts.discarded)
        #expect(
            handlers[0].faults == 0 && handlers[1].conflicts == 0 && handlers[1].deadLetters == 0)
        #expect(result.handlers.reduce(0) { $0 + $1.latency.count } == result.sojourn.count)
        let busy = result.handlers.reduce(0) { $0 + ($1.utilisation ?? 0) * Double($1.workers) }
        #expect(abs(busy / 7 - result.utilisation) < 1e-9)
    }

    @Test func `what fails half the time is a dead letter as often as its framework says`() throws {
        let result = try ShippedTopologyTests.read("framework-defaults").run(seed: "1")
        func share(_ name: String) -> Double {
            result.handlers.first { $0.name == name }?.deadLetterShare ?? -1
        }
        #expect((0.46...0.54).contains(share("on-wolverine")))
        #expect((0.46...0.54).contains(share("on-masstransit")))
        #expect((0.02...0.045).contains(share("on-rebus")))
        #expect((0.11...0.14).contains(share("on-kafka")))
        #expect((0...0.004).contains(share("on-service-bus")))
        #expect(share("on-nservicebus") == 0 && share("on-sqs") == 0)
    }
}
