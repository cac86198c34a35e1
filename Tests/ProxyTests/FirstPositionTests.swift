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

    /// Without a whole window nothing of a new partition is committed but where it begins.
    @Test(arguments: [true, false])
    func `a partition that was added is read from its beginning, also by the next run`(
        isAddedWhileItRuns: Bool
    ) throws {
        let scene = try Scene(Cluster(.real), partitions: 1, outputPartitions: 2)
        try scene.cluster.produce(SampleRecords.numbered(0..<15, partitions: 1), to: scene.input)
        func add() throws {
            try Administration.addPartitions(to: scene.input, upTo: 2)
            let records = SampleRecords.numbered(0..<8, partitions: 2)
                .filter { $0.source.partition == 1 }
            try wait(for: "the producer to see it") {
                (try? scene.cluster.produce(records, to: scene.input)) != nil
            }
        }
        var plan = Plan.standard
        plan.window.maxWait = nil
        var configuration = scene.recorded(plan)
        configuration.first = .latest
        configuration.untilEnd = false
        var isAdded = false
        let stopped = try scene.run(configuration) { progress in
            guard let progress, progress.partitions > 0 else { return false }
            guard isAddedWhileItRuns else { return (try? scene.committed().count) == 1 }
            if !isAdded {
                isAdded = true
                try? add()
            }
            return progress.statistics.read == 4
        }
        #expect(stopped.passed == 0)
        if !isAddedWhileItRuns { try add() }
        configuration.untilEnd = true
        #expect(try scene.run(configuration).passed == 4)
        try scene.verify()
    }

    @Test func `an offset to begin at is none of a partition that was added`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1, outputPartitions: 2)
        try scene.cluster.produce(SampleRecords.numbered(0..<40, partitions: 1), to: scene.input)
        var configuration = scene.recorded()
        configuration.first = .offset(10)
        #expect(try scene.run(configuration).passed == 30)
        try Administration.addPartitions(to: scene.input, upTo: 2)
        let records = SampleRecords.numbered(0..<8, partitions: 2)
            .filter { $0.source.partition == 1 }
        try wait(for: "the producer to see it") {
            (try? scene.cluster.produce(records, to: scene.input)) != nil
        }
        #expect(try scene.run(configuration).passed == 4)
        try scene.verify()
    }
}
