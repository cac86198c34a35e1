import Configuration
import Foundation
import Testing

@testable import Simulation

/// What frameworks and brokers do where nothing is said.
@Suite struct PresetTests {
    private func topology(_ handler: String, _ rest: String = "") throws -> Topology {
        let yaml = """
            sources: {in: {to: jobs, rate: 10/s, messages: 50}}
            handlers: {do: {from: jobs, steps: [think: 5ms], \(handler)}}
            \(rest)
            """
        return try Topology(yaml: Array(yaml.utf8), file: "t")
    }

    /// A file that will not do would be missing here.
    @Test func `there are nine, each with a source for every default`() throws {
        #expect(
            Preset.all.map(\.word) == [
                "kafka", "masstransit", "nservicebus", "parallel-consumer", "rabbitmq-quorum",
                "rebus", "service-bus", "sqs-fifo", "wolverine",
            ])
        for preset in Preset.all {
            let keys = preset.keys.handler + preset.keys.queue
            #expect(Set(keys) == Set(preset.sources.map(\.key)), "\(preset.word)")
            #expect(!preset.version.isEmpty)
        }
    }

    @Test(arguments: Preset.all.map(\.word))
    func `each is read, runs, and stands in the table of docs and in a topology`(
        word: String
    ) throws {
        let result = try topology("preset: \(word)").run()
        #expect(result.total(\.commits) == 50)
        let folder = ShippedTopologyTests.folder
        let table = try String(
            contentsOf: folder.deletingLastPathComponent()
                .appendingPathComponent("docs/presets.md"), encoding: .utf8)
        let preset = try #require(Preset.named(word))
        #expect(table.contains("`\(word)`") && table.contains(preset.version))
        for (_, text) in preset.sources { #expect(table.contains(text), "\(word): \(text)") }
        let used = try String(
            contentsOf: folder.appendingPathComponent("framework-defaults.yaml"), encoding: .utf8)
        #expect(used.contains("preset: \(word)"))
    }

    @Test func `keys of the file win over those of a preset, in handler and queue`() throws {
        let plain = try topology("preset: sqs-fifo")
        #expect(plain.handlers[0].order == .key)
        #expect(plain.queues[0].visibility == .seconds(30))
        let own = try topology(
            "preset: sqs-fifo, order: none, admission: shared, retry: [deadLetter]",
            "queues: {jobs: {visibility: 5s, capacity: 9}}")
        #expect(own.handlers[0].order == .none)
        #expect(own.handlers[0].retry.fault == RetryPolicy(actions: []))
        #expect(own.handlers[0].assignment == .competing)
        #expect(own.queues[0].visibility == .seconds(5))
        let partly = try topology("preset: service-bus", "queues: {jobs: {capacity: 9}}")
        #expect(partly.queues[0].maxDeliveries == 10 && partly.queues[0].capacity == 9)
    }

    /// A group of SQS waits for the message that failed.
    @Test(arguments: [
        ("", true), (", admission: shared, retry: [{schedule: 30s, forever: true}]", false),
    ])
    func `what keeps its turn is done before those behind it`(
        change: String, isInOrder: Bool
    ) throws {
        let yaml = """
            sources: {in: {to: jobs, rate: 1/s, keys: uniform(3), messages: 200}}
            handlers:
              do: {from: jobs, preset: sqs-fifo, workers: 8, steps: [think: 5ms, fail: 20%]\(change)}
            invariants: [fifoPerKey]
            run: {warmUp: 0}
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run()
        #expect(result.broken.isEmpty == isInOrder)
        #expect(result.total(\.commits) == 200)
    }

    /// While a message of a group is out, SQS gives out nothing of that group, to whomever.
    @Test func `nodes that share a queue keep the order of each group`() throws {
        let yaml = """
            sources: {in: {to: jobs, rate: 100/s, keys: uniform(5), messages: 1000}}
            stores: {stock: {}}
            handlers:
              do:
                from: jobs
                preset: sqs-fifo
                nodes: 3
                workers: 2
                steps: [load: stock, think: 5ms, change: 1, store: stock]
            invariants: [fifoPerKey, noLostUpdate]
            """
        var topology = try Topology(yaml: Array(yaml.utf8), file: "t")
        #expect(topology.run().broken.isEmpty)
        topology.handlers[0].admission = .queuePerSlot
        #expect(!topology.run().broken.isEmpty)
    }

    @Test func `a consumer of Kafka that dies leaves its partitions to the others`() throws {
        let yaml = """
            sources: {in: {to: jobs, rate: 100/s, keys: uniform(50), messages: 12000}}
            queues: {jobs: {partitions: 6}}
            handlers: {do: {from: jobs, preset: kafka, nodes: 3, steps: [think: 2ms]}}
            faults: [{killNode: do, at: 22s, lasting: 80s}]
            invariants: [allHandledOrDead]
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run()
        #expect(result.broken.isEmpty)
        // One when it is taken for dead, after 45 s, and one when it is back.
        #expect(result.total(\.rebalances) == 2)
        // Up to 5 s of two partitions had not been committed.
        #expect((1...250).contains(result.total(\.replayed)))
        #expect((result.histogram.quantile(0.95) ?? 0) > 30e9)
    }

    @Test func `a preset that there is not is answered by the nearest`() throws {
        do {
            _ = try topology("preset: nservicebuss")
            Issue.record("it was read")
        } catch let error as ConfigurationError {
            #expect(
                error.problems.first?.description.contains("did you mean `nservicebus`") == true)
        }
    }
}
