import Foundation
import KafkaClient
import Recording
import Records

extension Proxy {
    /// Looks at everything that a run would look at before its first record, and goes on after what will
    /// not do: every refusal is found, not the first alone.
    ///
    /// - Parameter found: what was found to be wrong already. Where the plan is part of it, pass
    ///   `knowsPlan` false: what earlier runs left is not held against a plan that is none.
    public static func preview(
        _ configuration: ProxyConfiguration, found: [any Error] = [], knowsPlan: Bool = true
    ) -> ProxyPreview {
        let isWrong = configuration.refusals
        var configuration = configuration
        var unresolved: (any Error)?
        do {
            configuration = try Routing(configuration.routes).resolved(configuration)
        } catch {
            unresolved = error
            configuration.routes.removeAll(where: \.isPattern)
        }
        var preview = ProxyPreview(configuration)
        for error in found { preview.refuse(error) }
        for sentence in isWrong { preview.refuse(ProxyError(.refused, sentence)) }
        preview.notices = configuration.notices
        if let unresolved { preview.refuse(unresolved) }
        preview.lookAtFiles(knowsPlan: knowsPlan)
        preview.lookAtBroker(knowsPlan: knowsPlan)
        return preview
    }
}

extension ProxyPreview {
    fileprivate mutating func refuse(_ error: any Error) {
        let cause = Failures(configuration).explained(error)
        for line in "\(cause)".split(separator: "\n") {
            // What several checks find is said once.
            if refusals.contains(where: { $0.message == line }) { continue }
            refusals.append(Refusal(message: String(line), cause: cause))
        }
    }

    // MARK: Files

    fileprivate mutating func lookAtFiles(knowsPlan: Bool) {
        var goesOn = false
        do { try lookAtFolder() } catch { refuse(error) }
        let paths = configuration.paths
        do {
            if let leftover = try Journal.leftover(at: paths, isOnlyLooking: true) {
                goesOn = true
                recordingID = leftover.header.recording
                if leftover.undecided != nil {
                    notices.append(
                        "the earlier run's last transaction is undecided: the group's positions will "
                            + "say whether it counts")
                }
                self.leftover = leftover
                if knowsPlan { try Proxy.check(leftover, configuration, cluster: nil) }
            }
        } catch {
            refuse(error)
        }
        for (path, isRecording) in [(paths.recording, true), (paths.schedule, false)] {
            guard let path else { continue }
            let isThere = FileManager.default.fileExists(atPath: path)
            let state = goesOn ? File.State.goesOn : isThere ? .isThere : .new
            files.append(File(path: path, isRecording: isRecording, state: state))
            if let reason = Self.obstacle(at: path, isThere: isThere) {
                refuse(ProxyError(.files, reason))
            }
        }
    }

    /// With retention: the pair of the folder that would be gone on with.
    private mutating func lookAtFolder() throws {
        guard configuration.retention != nil, let path = configuration.paths.recording else {
            return
        }
        try RetainedPairs.check(path)
        let folder = PairFolder(path)
        if let last = try folder.numbers().last {
            configuration.paths = folder.paths(of: last)
        }
    }

    /// Why the file cannot be written, as far as that is to be seen.
    private static func obstacle(at path: String, isThere: Bool) -> String? {
        let manager = FileManager.default
        if isThere {
            return manager.isWritableFile(atPath: path) ? nil : "\(path): may not be written"
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return "\(path): the folder \(folder) is not there; make it first"
        }
        return manager.isWritableFile(atPath: folder)
            ? nil : "\(path): the folder \(folder) may not be written to"
    }

    // MARK: Broker

    fileprivate mutating func lookAtBroker(knowsPlan: Bool) {
        var told: [String] = []
        let observer = ProxyObserver(notice: { told.append($0) })
        do {
            let finding = try BrokerCheck(configuration, observer).look()
            cluster = finding.cluster
            if let leftover, knowsPlan {
                do {
                    try Proxy.check(leftover, configuration, cluster: finding.cluster)
                } catch {
                    refuse(error)
                }
            }
            for refusal in finding.refusals { refuse(refusal) }
            topics = configuration.routes.map { route in
                Topic(
                    route: route, inputPartitions: finding.partitions[route.input],
                    outputPartitions: route.output.flatMap { finding.partitions[$0] })
            }
            if let count = finding.positionsToMake, let target = configuration.target {
                notices.append(
                    "the topic \(target.positionsTopic) would be made for the group's positions, with "
                        + "\(count) partitions")
            }
            // What only a producer's properties can get wrong.
            if !configuration.isRecordOnly {
                _ = try Producer(configuration.producerClient(mostBatchBytes: nil))
            }
            try lookAtPositions(finding, knowsPlan: knowsPlan)
        } catch {
            refuse(error)
        }
        notices += told
    }

    private mutating func lookAtPositions(
        _ finding: BrokerCheck.Finding, knowsPlan: Bool
    ) throws {
        var sources: [TopicPartition] = []
        for input in Set(configuration.routes.map(\.input)).sorted() {
            let count = finding.partitions[input] ?? 0
            sources += (0..<Int32(count)).map { TopicPartition(input, $0) }
        }
        if sources.isEmpty { return }
        let consumer = try Consumer(configuration.consumerClient, group: configuration.group)
        let committed = try committed(sources, consumer, finding)
        let ranges = try consumer.watermarks(sources, timeout: .seconds(30))
        if let leftover { try Proxy.checkGroup(leftover, configuration, consumer) }
        let outputs = Dictionary(
            configuration.routes.map { ($0.input, $0.output) }, uniquingKeysWith: { one, _ in one })
        let rules = Positions(
            group: configuration.group, planDigest: configuration.plan.digest,
            isPlanKnown: knowsPlan,
            policy: configuration.onOffsetOutOfRange)
        let isAdded = { (source: TopicPartition) in
            FirstPosition.partitions(of: source.topic, in: committed.values)
                .map { source.partition >= Int32(clamping: $0) } ?? false
        }
        let all = try? configuration.first.offsets(
            of: sources.filter { committed[$0] == nil && !isAdded($0) }, ranges, asking: consumer)
        for source in sources {
            let range = ranges[source] ?? 0..<0
            do {
                let point = try rules.start(
                    of: source, committed: committed[source],
                    files: KnownOfFiles(
                        recording: leftover?.header.recording ?? "",
                        hasSettled: leftover?.settledSources.contains(source) ?? false,
                        last: leftover?.words[source]),
                    range: range,
                    first: {
                        if isAdded(source) { return range.lowerBound }
                        if let known = all?[source] { return known }
                        let one = try configuration.first.offsets(
                            of: [source], ranges, asking: consumer)
                        return one[source] ?? range.lowerBound
                    })
                partitions.append(
                    .init(
                        source: source, start: point.segment.start, end: range.upperBound,
                        epoch: point.segment.epoch, output: outputs[source.topic] ?? nil))
            } catch {
                refuse(error)
            }
        }
    }

    private func committed(
        _ sources: [TopicPartition], _ consumer: Consumer, _ finding: BrokerCheck.Finding
    ) throws -> [TopicPartition: CommittedPosition] {
        guard let target = configuration.target, configuration.delivery == .exactlyOnce else {
            return try consumer.positionsOrRefusal(of: sources, timeout: .seconds(10))
        }
        if finding.positionsToMake != nil { return [:] }
        let reader = try PositionsReader(target, group: configuration.group)
        let places = try reader.partitions(timeout: .seconds(10))
        return try reader.read(
            sources.filter { places.contains($0.partition) }, timeout: .seconds(10))
    }
}
