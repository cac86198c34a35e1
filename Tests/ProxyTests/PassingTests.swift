import Perturbation
import Records
import Testing

@testable import Proxy

@Suite struct PassingTests {
    @Test(arguments: ClusterKind.available)
    func `a plan without rules passes every record as it is`(kind: ClusterKind) throws {
        let scene = try Scene(Cluster(kind))
        try scene.cluster.produce(
            SampleRecords.varied(2000, partitions: 3, seed: 1), to: scene.input)
        let statistics = try scene.run(scene.recorded(.passThrough))
        let wanted = try scene.cluster.contents(of: scene.input)
        try scene.expectEqual(try scene.sent(), wanted.mapValues { $0.map(Sent.init) })
        #expect(statistics.passed == 2000)
        try scene.verify()
    }

    @Test(arguments: ClusterKind.available)
    func `the default plan's output and schedule are the engine's`(kind: ClusterKind) throws {
        let scene = try Scene(Cluster(kind))
        try scene.cluster.produce(
            SampleRecords.varied(3000, partitions: 3, seed: 2), to: scene.input)
        let statistics = try scene.run(scene.recorded())
        try scene.expectOutput(of: .standard)
        let expected = try scene.expectation(.standard)
        #expect(try scene.decisions() == expected.mapValues(\.lines))
        #expect(statistics.passed == 3000)
        #expect(statistics.counts.delivered == expected.values.reduce(0) { $0 + $1.sent.count })
        try scene.verify()
    }
}
