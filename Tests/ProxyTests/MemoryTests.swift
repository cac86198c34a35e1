import KafkaClient
import Perturbation
import Records
import Testing

@testable import Proxy

@Suite struct MemoryTests {
    @Test(arguments: ClusterKind.available)
    func `little memory changes nothing but the pace`(kind: ClusterKind) throws {
        let scene = try Scene(Cluster(kind), partitions: 100)
        let plan = Plan.windows(10...40)
        // Small batches of many partitions in turn, so that all windows are open at once.
        for part in 0..<6 {
            try scene.cluster.produce(
                SampleRecords.numbered(
                    part * 1000..<(part + 1) * 1000, partitions: 100, valueBytes: 1000),
                to: scene.input)
        }
        var configuration = scene.recorded(plan)
        configuration.client.set("fetch.message.max.bytes", to: "12000")
        configuration.memoryBytes = 1 << 20
        let statistics = try scene.run(configuration)
        #expect(statistics.forgotten > 0)
        #expect(statistics.passed == 6000)
        try scene.expectOutput(of: plan)
        #expect(try scene.decisions() == scene.expectation(plan).mapValues(\.lines))
    }

    /// On the embedded broker: a real one takes minutes to lay out so many files.
    @Test func `two thousand partitions stay under the bound`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2000)
        let plan = Plan.windows(8...12)
        for part in 0..<5 {
            try scene.cluster.produce(
                SampleRecords.numbered(
                    part * 4000..<(part + 1) * 4000, partitions: 2000, valueBytes: 1000),
                to: scene.input)
        }
        var configuration = scene.recorded(plan)
        configuration.client.set("fetch.message.max.bytes", to: "4000")
        configuration.memoryBytes = 4 << 20
        var notices: [String] = []
        let observer = ProxyObserver(notice: { notices.append($0) })
        let proxy = try Proxy.open(
            configuration, observer: observer, makeRecordingID: { "wide" })
        var most = 0
        let end = ContinuousClock.now + .seconds(120)
        try proxy.run {
            most = max(most, proxy.heldBytes)
            return ContinuousClock.now > end
        }
        #expect(proxy.statistics.passed == 20_000)
        #expect(proxy.statistics.forgotten > 0)
        // What one partition's window has on top is the most.
        #expect(most <= configuration.memoryBytes + 16_000, "\(most)")
        #expect(!notices.contains { $0.contains("lost") || $0.contains("given away") })
        try scene.expectOutput(of: plan)
    }

    @Test func `partitions without traffic do not starve the others`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 24)
        // 23 partitions with half a window each, which would fill the memory for ever.
        let plan = Plan.windows(50...50)
        let idle = SampleRecords.numbered(0..<(24 * 40), partitions: 24, valueBytes: 2000)
        try scene.cluster.produce(idle.filter { $0.source.partition != 5 }, to: scene.input)
        var busy = SampleRecords.numbered(0..<1000, partitions: 1, valueBytes: 200)
        for index in busy.indices { busy[index].source.partition = 5 }
        var configuration = scene.configuration(plan)
        configuration.untilEnd = false
        configuration.memoryBytes = 1 << 20
        var isBusy = false
        try scene.run(configuration) { progress in
            guard let progress, progress.partitions == 24 else { return false }
            if !isBusy && progress.statistics.forgotten > 0 {
                isBusy = true
                try? scene.cluster.produce(busy, to: scene.input)
            }
            return progress.statistics.passed == 1000
        }
        try scene.expectOutput(of: plan, closesEnd: false)
    }

    @Test func `a full pipe pauses the partitions and keeps the group`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        // Everything waits for two seconds, far more than fits meanwhile.
        let plan = Plan.windows(20...30, rules: [.delay(.constant(us: 2_000_000))])
        try scene.cluster.produce(
            SampleRecords.numbered(0..<2500, partitions: 2, valueBytes: 1000), to: scene.input)
        var configuration = scene.configuration(plan)
        configuration.memoryBytes = 1 << 20
        try scene.run(configuration)
        try scene.expectOutput(of: plan)
        #expect(!scene.notices.contains { $0.contains("lost") })
    }
}
