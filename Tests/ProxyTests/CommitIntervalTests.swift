import Foundation
import KafkaClient
import Records
import Testing

@testable import Proxy

@Suite struct CommitIntervalTests {
    /// A commit that takes longer than the interval once made the next batch due at once, with the few
    /// records of one poll, and that one's commit the next, and so on while brokers were slow.
    @Test func `a batch stands open for its interval however long the commit before it took`()
        throws
    {
        let scene = try Scene(Cluster(.embedded))
        try scene.cluster.produce(
            SampleRecords.numbered(0..<40_000, partitions: 3), to: scene.input)
        var configuration = scene.configuration()
        configuration.commitInterval = .milliseconds(20)
        var ended: ContinuousClock.Instant?
        var open: [Duration] = []
        _ = try Proxy.keepRunning(
            configuration, observer: ProxyObserver(), shouldStop: { false },
            open: { _ in
                try Proxy.open(
                    configuration, observer: ProxyObserver(), makeRecordingID: { "slow" },
                    wrapping: { committing, journal in
                        FailingCommits(committing, journal) { _, _, _ in
                            if let ended { open.append(ended.duration(to: .now)) }
                            Thread.sleep(forTimeInterval: 0.06)
                            ended = .now
                        }
                    })
            })
        // The last one is committed when nothing more comes.
        #expect(open.count > 1)
        #expect(open.dropLast().allSatisfy { $0 >= .milliseconds(20) }, "\(open)")
    }
}
