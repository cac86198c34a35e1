import Configuration
import Recording
import Testing

@testable import Simulation

/// Traffic that is no rate: clients that wait, and recordings.
@Suite struct SourceTests {
    private func topology(_ source: String, _ rest: String = "") throws -> Topology {
        let yaml = """
            sources: {in: {to: jobs, \(source)}}
            handlers: {do: {from: jobs, workers: 4, steps: [think: 10ms]}}
            \(rest)
            """
        let folder = ShippedTopologyTests.folder.path
        return try Topology(yaml: Array(yaml.utf8), file: "\(folder)/test.yaml")
    }

    private static let orders = ShippedTopologyTests.folder.deletingLastPathComponent()
        .appendingPathComponent("recordings/orders.mcap").path

    /// One more whenever a worker is free: who owns partitions, slots or keys is fed with what belongs to it.
    @Test(arguments: [
        ("queues: {q: {partitions: 16}}", "order: partition"), ("", "assignment: exclusive"),
        ("", "assignment: exclusive, order: key"), ("", "assignment: exclusive, order: slot(64)"),
    ])
    func `a backlog keeps every node at work`(queues: String, handler: String) throws {
        func run(_ nodes: Int) throws -> RunResult {
            let text = """
                sources: {s: {to: q, keys: fresh, arrivals: backlog}}
                \(queues)
                handlers: {h: {from: q, nodes: \(nodes), \(handler), steps: [think: 10ms]}}
                run: {messages: 2000}
                """
            return try Topology(yaml: Array(text.utf8), file: "backlog.yaml").run()
        }
        for nodes in [1, 8] {
            let result = try run(nodes)
            #expect(abs(result.goodput - Double(nodes) * 100) < 5, "\(result.goodput)")
            #expect(result.measured.messages == 1800 && result.utilisation > 0.98)
        }
    }

    /// A copy answers nobody.
    @Test(arguments: 1...6)
    func `clients wait for what they sent, and not for a plan's copies`(seed: Int) throws {
        let text = """
            sources: {s: {to: q, keys: fresh, arrivals: closed, clients: 3, think: exponential(18ms)}}
            queues:
              q:
                partitions: 2
                perturb: {window: {records: 1..3}, rules: [{duplicate: 60%}, {delay: exponential(500ms)}]}
            handlers: {h: {from: q, order: partition, steps: [think: 20ms]}}
            run: {messages: 300, time: 300s}
            """
        var (out, most) = (Set<Int64>(), 0)
        let topology = try Topology(yaml: Array(text.utf8), file: "clients.yaml")
        _ = topology.run(.naive, seed: "\(seed)") { entry in
            if entry.what == .arrive { out.insert(entry.message) }
            if entry.what == .commit { out.remove(entry.message) }
            most = max(most, out.count)
        }
        #expect(most == 3)
    }

    @Test func `a client sends its next message when the last is done and it has thought`() throws {
        let topology = try topology(
            "arrivals: closed, clients: 2, think: 90ms", "run: {messages: 20, warmUp: 0}")
        var arrivals: [Int64] = []
        let result = topology.run { if $0.what == .arrive { arrivals.append($0.timeNs) } }
        let due = (0..<20).map { (index: Int) -> Int64 in
            Int64(index / 2) * 100_000_000 + 90_000_000
        }
        #expect(arrivals == due)
        #expect(result.total(\.commits) == 20)
        #expect(result.leftOver == 0)
    }

    /// Whatever ends a message, its client goes on.
    @Test(arguments: [
        ("capacity: 0", "think: 10ms", "[discard]"), ("{}", "fail: 100%", "[deadLetter]"),
        ("{}", "fail: 100%", "[discard]"),
    ])
    func `a client goes on after a refusal or a failure`(
        queue: String, step: String, retry: String
    ) throws {
        let yaml = """
            sources: {in: {to: jobs, arrivals: closed, clients: 5, think: 1ms}}
            queues: {jobs: \(queue == "{}" ? queue : "{\(queue)}")}
            handlers: {do: {from: jobs, steps: [{think: 5ms}, {\(step)}], retry: \(retry)}}
            run: {messages: 100, warmUp: 0}
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run()
        #expect(result.total(\.messages) == 100)
        #expect(result.leftOver == 0)
    }

    @Test func `a recording is sent as it was: times, keys, sizes`() throws {
        let workload = try Workload(recording: Self.orders)
        let reader = try RecordingReader(
            path: Self.orders, selection: RecordSelection(order: .arrival))
        var numbers: [[UInt8]?: Int32] = [:]
        var known: Int32 = 0
        var first: UInt64?
        var index = 0
        var without = 0
        while try reader.next() {
            let record = try reader.record()
            let start = first ?? reader.arrivalNs
            first = start
            // A message without key has one of its own.
            let isNew = record.key == nil || numbers[record.key] == nil
            if isNew { numbers[record.key] = known }
            let number = numbers[record.key]
            if isNew { known += 1 }
            if record.key == nil { without += 1 }
            let due = Int64(reader.arrivalNs - start)
            #expect(workload.arrivalsNs[index] == due)
            #expect(workload.keys[index] == number)
            let bytes = (record.key?.count ?? 0) + (record.value?.count ?? 0)
            #expect(Int(workload.sizes[index]) == bytes)
            index += 1
        }
        #expect(index == 300 && workload.count == 300)
        #expect(workload.hashes.count == Int(known) && without > 1)
    }

    @Test(arguments: [("1", 1, 1), ("2", 2, 1), ("0.5", 1, 2)])
    func `a factor changes the pace alone`(factor: String, above: Int64, below: Int64) throws {
        let workload = try Workload(recording: Self.orders)
        let topology = try topology(
            "workload: {recording: ../recordings/orders.mcap, topics: orders, factor: \(factor)}")
        var arrivals: [Int64] = []
        var keys: [Int32] = []
        let result = topology.run {
            guard $0.what == .arrive else { return }
            arrivals.append($0.timeNs)
            keys.append($0.key)
        }
        let due = workload.arrivalsNs.map { $0 * below / above }
        #expect(arrivals == due)
        #expect(keys == workload.keys)
        #expect(result.total(\.commits) == 300)
    }

    @Test func `an empty key is a key, and no key is none`() throws {
        let path = Self.orders.replacing("orders.mcap", with: "edge-cases.mcap")
        let workload = try Workload(recording: path)
        let reader = try RecordingReader(path: path, selection: RecordSelection(order: .arrival))
        var index = 0
        while try reader.next() {
            let key = try reader.record().key
            let hash = workload.hashes[Int(workload.keys[index])]
            #expect((key == nil) == (hash == nil))
            index += 1
        }
        #expect(workload.hashes.contains(nil) && workload.hashes.contains { $0 != nil })
    }

    /// Where Kafka put a record is where the simulation puts it.
    @Test func `recorded keys are hashed by their bytes`() throws {
        let workload = try Workload(recording: Self.orders)
        let reader = try RecordingReader(
            path: Self.orders, selection: RecordSelection(order: .arrival))
        var index = 0
        while try reader.next() {
            if let hash = workload.hashes[Int(workload.keys[index])] {
                #expect(Int32(hash & 0x7FFF_FFFF) % 4 == reader.source.partition)
            }
            index += 1
        }
    }

    @Test func `work by size takes as long for every KiB`() throws {
        let yaml = """
            sources: {in: {to: jobs, arrivals: together, messages: 1, bytes: 1536}}
            handlers: {do: {from: jobs, steps: [think: {perKiB: 10ms}]}}
            """
        #expect(try Topology(yaml: Array(yaml.utf8), file: "t").run().endNs == 15_000_000)
    }

    @Test(arguments: [
        ("workload: {recording: none.mcap}", "cannot be read"),
        ("workload: {recording: ../recordings/orders.mcap, topics: mails}", "no topic mails"),
        ("workload: {recording: ../recordings/orders.mcap, factor: 0}", "is not more than 0"),
        ("workload: {recording: ../recordings/orders.mcap}, rate: 5/s", "comes from the recording"),
        ("workload: {factor: 2}", "recording: is missing"),
        ("arrivals: closed, rate: 5/s", "has no meaning with arrivals: closed"),
        ("arrivals: closed", "clients: is missing"),
        ("rate: 5/s, clients: 8", "has no meaning with arrivals: poisson"),
    ])
    func `a source that will not do is told why`(source: String, words: String) throws {
        do {
            _ = try topology(source, "run: {messages: 10}")
            Issue.record("\(source) was read")
        } catch let error as ConfigurationError {
            #expect(error.problems.contains { $0.description.contains(words) }, "\(error.problems)")
        }
    }
}
