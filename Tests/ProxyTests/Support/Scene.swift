import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording
import Records
import Testing

/// One input, one output, a folder for files, and proxies between them.
final class Scene {
    let cluster: Cluster
    /// Where the output is.
    let target: Cluster
    let input: String
    let output: String
    let group: String
    let folder: URL
    let partitions: Int
    /// What was said on the way.
    var notices: [String] = []
    /// For looking at offsets.
    let watcher: Consumer

    init(
        _ cluster: Cluster, to target: Cluster? = nil, input name: String? = nil,
        partitions: Int = 3, outputPartitions: Int? = nil, outputSettings: [String: String] = [:],
        inputSettings: [String: String] = [:]
    ) throws {
        self.cluster = cluster
        self.target = target ?? cluster
        self.partitions = partitions
        watcher = try Consumer(self.target.configuration)
        input = try cluster.makeTopic(
            named: name, partitions: partitions, settings: inputSettings)
        output = try self.target.makeTopic(
            ".shadow", partitions: outputPartitions ?? partitions, settings: outputSettings)
        group = "g-" + UUID().uuidString.lowercased()
        folder = FileManager.default.temporaryDirectory
            .appending(path: "kerfuffle-proxy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path() }
    var recording: String { path("r.mcap") }
    var schedule: String { path("r.jsonl") }

    /// Until the end, without files, with the guarantee that the cluster has.
    func configuration(_ plan: Plan = .standard) -> ProxyConfiguration {
        var configuration = ProxyConfiguration(
            client: cluster.configuration, group: group, instance: "\(group)-1",
            routes: [Route(input: input, output: output)], plan: plan,
            paths: JournalPaths(recording: nil, schedule: nil), tool: "tests")
        configuration.delivery = cluster.kind == .real ? .exactlyOnce : .atLeastOnce
        configuration.untilEnd = true
        return configuration
    }

    /// With recording and schedule.
    func recorded(_ plan: Plan = .standard) -> ProxyConfiguration {
        var configuration = configuration(plan)
        configuration.paths = JournalPaths(recording: recording, schedule: schedule)
        return configuration
    }

    /// Runs a proxy to its end, or until `shouldStop`.
    @discardableResult
    func run(
        _ configuration: ProxyConfiguration,
        shouldStop: (ProxyProgress?) -> Bool = { _ in false }
    ) throws -> ProxyStatistics {
        var latest: ProxyProgress?
        let observer = ProxyObserver(
            every: .zero, progress: { latest = $0 }, notice: { self.notices.append($0) })
        let proxy = try Proxy.open(
            configuration, observer: observer, makeRecordingID: { UUID().uuidString.lowercased() })
        let end = ContinuousClock.now + .seconds(90)
        try proxy.run { shouldStop(latest) || ContinuousClock.now > end }
        if ContinuousClock.now > end { throw TestFailure("the proxy did not end within 90 s") }
        return proxy.statistics
    }

    // MARK: What came of it

    /// Partition by partition what the engine says of the input.
    func expectation(
        _ plan: Plan, closings: [TopicPartition: [Offset: Closing]] = [:], closesEnd: Bool = true
    ) throws -> [Int32: Expectation.Partition] {
        var result: [Int32: Expectation.Partition] = [:]
        for (partition, log) in try cluster.contents(of: input) {
            result[partition] = try Expectation.of(
                log, topic: input, partition: partition, plan: plan,
                closings: closings[TopicPartition(input, partition)] ?? [:], closesEnd: closesEnd)
        }
        return result
    }

    func sent() throws -> [Int32: [Sent]] {
        try target.contents(of: output).mapValues { $0.map(Sent.init) }
    }

    /// The output is what the engine says, partition by partition.
    func expectOutput(
        of plan: Plan, closings: [TopicPartition: [Offset: Closing]] = [:],
        closesEnd: Bool = true, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try expectation(plan, closings: closings, closesEnd: closesEnd)
        try expectEqual(try sent(), expected.mapValues(\.sent), location)
    }

    func expectEqual(
        _ found: [Int32: [Sent]], _ wanted: [Int32: [Sent]],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        for partition in wanted.keys.sorted() {
            let left = found[partition] ?? []
            let right = wanted[partition] ?? []
            if left == right { continue }
            let place = zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset
            let index = place ?? min(left.count, right.count)
            Issue.record(
                """
                partition \(partition), delivery \(index): found \(left.count), wanted \
                \(right.count); \(left.indices.contains(index) ? "\(left[index])" : "none") \
                in place of \(right.indices.contains(index) ? "\(right[index])" : "none")
                """, sourceLocation: location)
        }
    }

    /// Recording, schedule and topic agree.
    func verify(
        _ journals: [(recording: String, schedule: String)]? = nil,
        committed: [TopicPartition: Chain.Committed]? = nil,
        asSent: ((RecordBlock, Plan) throws -> RecordBlock)? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let result = try verification(journals, committed: committed, asSent: asSent)
        #expect(result.differences == [], sourceLocation: location)
        #expect(result.unrecorded == [], sourceLocation: location)
    }

    func verification(
        _ journals: [(recording: String, schedule: String)]? = nil,
        committed: [TopicPartition: Chain.Committed]? = nil,
        asSent: ((RecordBlock, Plan) throws -> RecordBlock)? = nil
    ) throws -> Verification {
        let expected = try ExpectedOutput(
            journals ?? [(recording, schedule)], committed: committed, asSent: asSent)
        var found = try target.contents(of: output).sorted { $0.key < $1.key }
        let delivered = DeliveredRecords { queues in
            guard let (partition, records) = found.popLast() else { return false }
            for record in records {
                try queues.add(TopicPartition(self.output, partition)) { try $0.append(record) }
            }
            return true
        }
        return try Verification(expected, against: delivered, output: { _ in self.output })
    }

    /// Lines of the schedule that decisions and closings have, in order, by partition.
    func decisions(_ path: String? = nil) throws -> [Int32: [String]] {
        let text = try String(contentsOfFile: path ?? schedule, encoding: .utf8)
        var lines: [Int32: [String]] = [:]
        for line in text.split(separator: "\n") {
            guard line.hasPrefix("{\"in\"") || line.hasPrefix("{\"window\"") else { continue }
            let place = line.split(separator: "\"")[3].split(separator: "@")[0]
            let partition = Int32(place.split(separator: "/").last ?? "") ?? -1
            lines[partition, default: []].append(String(line))
        }
        return lines
    }

    /// The group's positions, as `verify` asks for them.
    func committed() throws -> [TopicPartition: Chain.Committed] {
        let consumer = try Consumer(cluster.configuration, group: group)
        let sources = (0..<Int32(partitions)).map { TopicPartition(input, $0) }
        let found = try consumer.committed(sources, timeout: .seconds(90))
        return found.compactMapValues { position in
            CommitMetadata(position.metadata).map {
                Chain.Committed($0, at: position.offset)
            }
        }
    }
}
