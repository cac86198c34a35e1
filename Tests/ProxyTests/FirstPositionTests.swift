import Perturbation
import Records
import Testing

@testable import Proxy

/// Where a partition begins is held from the moment that it was worked out.
@Suite struct FirstPositionTests {
    @Test(arguments: ClusterKind.available, [FirstPosition.latest, .time(4_000_000_000_000)])
    func `what comes behind the end that a first run began at is read by the next`(
        kind: ClusterKind, first: FirstPosition
    ) throws {
        let scene = try Scene(Cluster(kind))
        func produce(_ range: Range<Int>) throws {
            try scene.cluster.produce(
                SampleRecords.numbered(range, partitions: 3), to: scene.input)
        }
        try produce(0..<15)
        var plan = Plan.standard
        plan.window.maxWait = nil
        var configuration = scene.recorded(plan)
        configuration.first = first
        configuration.untilEnd = false
        var isProduced = false
        // Four records each, and no window is closed by fewer than five.
        let stopped = try scene.run(configuration) { progress in
            guard let progress, progress.partitions == 3 else { return false }
            if !isProduced {
                isProduced = true
                try? produce(15..<27)
            }
            return progress.statistics.read == 12
        }
        #expect(stopped.read == 12)
        #expect(stopped.passed == 0)
        try produce(27..<39)
        configuration.untilEnd = true
        let next = try scene.run(configuration)
        #expect(next.read == 24)
        #expect(next.passed == 24)
        if kind == .real { try scene.verify() }
    }
}
