import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// When a transaction is aborted.
private enum Instant: CaseIterable {
    /// Nothing was written ahead yet.
    case before
    /// The checkpoint is in the files, and the commit is refused.
    case after
}

@Suite struct AbortTests {
    @Test(.enabled(if: ClusterKind.hasReal), arguments: Instant.allCases)
    fileprivate func `an aborted transaction is done again, once`(instant: Instant) throws {
        let scene = try Scene(Cluster(.real))
        try scene.cluster.produce(
            SampleRecords.numbered(0..<4000, partitions: 3), to: scene.input)
        var configuration = scene.recorded()
        configuration.commitBytes = 4000
        let observer = ProxyObserver()
        let proxy = try Proxy.open(
            configuration, observer: observer, makeRecordingID: { "aborted" },
            wrapping: { committing, journal in
                FailingCommits(committing, journal) { number, batch, journal in
                    guard number % 3 == 2 else { return }
                    if instant == .after { try journal.checkpoint(batch.words) }
                    throw KafkaError(
                        .illegalGeneration, "as a test wants it", during: "commit",
                        requiresAbort: true)
                }
            })
        let end = ContinuousClock.now + .seconds(60)
        try proxy.run { ContinuousClock.now > end }
        #expect(proxy.statistics.aborted > 5)
        #expect(proxy.statistics.passed == 4000)
        try scene.expectOutput(of: .standard)
        #expect(try scene.decisions() == scene.expectation(.standard).mapValues(\.lines))
        try scene.verify()
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `a record that is too large ends the run, and nothing is lost`() throws {
        let scene = try Scene(Cluster(.real), outputSettings: ["max.message.bytes": "2000"])
        // None is dropped: the large one must go out.
        let plan = Plan.windows(5...50, rules: [Plan.standard.rules[0]])
        var records = SampleRecords.numbered(0..<300, partitions: 3)
        records[200].value = [UInt8](repeating: 7, count: 5000)
        try scene.cluster.produce(records, to: scene.input)
        let failure = #expect(throws: ProxyError.self) {
            try scene.run(scene.recorded(plan))
        }
        #expect(
            failure?.message
                == "a record of \(scene.output)/2 is larger than the broker takes; raise "
                + "max.message.bytes of \(scene.output) and start again, nothing is lost (what was "
                + "compressed in the input may fit with -X compression.type=zstd)")
        let wanted = try scene.expectation(plan).mapValues(\.sent)
        for (partition, found) in try scene.sent() {
            #expect(Array((wanted[partition] ?? []).prefix(found.count)) == found)
        }
        // What was not committed is cut, and a run that may go on begins there.
        #expect(throws: ProxyError.self) { try scene.run(scene.recorded(plan)) }
        try scene.verify()
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `a record whose time the output does not take ends the run with its setting`()
        throws
    {
        let scene = try Scene(
            Cluster(.real), inputSettings: ["message.timestamp.after.max.ms": "9223372036854775807"]
        )
        // None is dropped: the one of another time must go out.
        let plan = Plan.windows(5...50, rules: [Plan.standard.rules[0]])
        var records = SampleRecords.numbered(0..<300, partitions: 3)
        records[200].timestamp = .create(9_000_000_000_000)
        try scene.cluster.produce(records, to: scene.input)
        let failure = #expect(throws: ProxyError.self) { try scene.run(scene.recorded(plan)) }
        #expect(
            failure?.message.contains(
                "message.timestamp.after.max.ms of \(scene.output) allow") == true,
            "\(String(describing: failure))")
    }
}
