import Foundation
import KafkaClient
import Perturbation
import Records
import Testing

@testable import Proxy

@Suite struct ClosingTests {
    @Test(arguments: ClusterKind.available)
    func `a window without traffic is closed, and the schedule says so`(kind: ClusterKind) throws {
        let scene = try Scene(Cluster(kind), partitions: 1)
        let plan = Plan.windows(50...50, maxWait: .milliseconds(150))
        var configuration = scene.recorded(plan)
        configuration.untilEnd = false
        try scene.cluster.produce(SampleRecords.numbered(0..<7, partitions: 1), to: scene.input)
        var produced = 7
        try scene.run(configuration) { progress in
            let passed = progress?.statistics.passed ?? 0
            if passed == 7 && produced == 7 {
                produced = 12
                try? scene.cluster.produce(
                    SampleRecords.numbered(7..<12, partitions: 1), to: scene.input)
            }
            return passed == 12
        }
        let source = TopicPartition(scene.input, 0)
        // The second seven or twelve may have come in two parts: what the schedule says counts.
        let lines = try scene.decisions()[0] ?? []
        let closed = lines.filter { $0.hasPrefix("{\"window\"") }
        #expect(closed.first == line(source, 0, 6))
        #expect(closed.last?.contains("through\":\"\(source)@11\"") == true)
        var closings: [Offset: Closing] = [:]
        var start: Offset = 0
        for text in closed {
            #expect(text.hasSuffix("\"closed\":\"maxWait\"}"))
            let through = try #require(Offset(text.split(separator: "@")[2].prefix { $0.isNumber }))
            closings[start] = Closing(
                source: source, start: start, through: through, reason: .maxWait)
            start = through + 1
        }
        try scene.expectOutput(of: plan, closings: [source: closings])
        try scene.verify()
    }

    private func line(_ source: TopicPartition, _ start: Offset, _ through: Offset) -> String {
        "{\"window\":\"\(source)@\(start)\",\"through\":\"\(source)@\(through)\","
            + "\"closed\":\"maxWait\"}"
    }

    @Test(arguments: ClusterKind.available)
    func `the clock never cuts a backlog`(kind: ClusterKind) throws {
        let scene = try Scene(Cluster(kind))
        let plan = Plan.windows(400...500, maxWait: .milliseconds(1))
        try scene.cluster.produce(
            SampleRecords.numbered(0..<20_000, partitions: 3), to: scene.input)
        try scene.run(scene.recorded(plan))
        let expected = try scene.expectation(plan)
        #expect(try scene.decisions() == expected.mapValues(\.lines))
        try scene.expectOutput(of: plan)
    }

    @Test(arguments: ClusterKind.available)
    func `a stop emits whole windows, closes none, and the next run goes on`(
        kind: ClusterKind
    ) throws {
        let scene = try Scene(Cluster(kind))
        let plan = Plan.windows(5...50)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<1000, partitions: 3), to: scene.input)
        var configuration = scene.recorded(plan)
        configuration.untilEnd = false
        try scene.run(configuration) { ($0?.statistics.passed ?? 0) > 800 && $0?.lag == 0 }
        try scene.expectOutput(of: plan, closesEnd: false)
        try scene.verify()
        let stopped = try scene.decisions()
        #expect(stopped.values.joined().allSatisfy { !$0.hasPrefix("{\"window\"") })
        #expect(try lastLine(scene).hasPrefix("{\"end\""))

        try scene.cluster.produce(
            SampleRecords.numbered(1000..<1500, partitions: 3), to: scene.input)
        try scene.run(scene.recorded(plan))
        try scene.expectOutput(of: plan)
        #expect(try scene.decisions() == scene.expectation(plan).mapValues(\.lines))
        try scene.verify()
    }

    @Test(arguments: ClusterKind.available, [SIGINT, SIGTERM])
    func `a signal is a clean stop`(kind: ClusterKind, signal: Int32) throws {
        let scene = try Scene(Cluster(kind), partitions: 1)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<500, partitions: 1), to: scene.input)
        let file = scene.path("plan.yaml")
        let plan = Plan.windows(5...50)
        try plan.canonicalText.write(toFile: file, atomically: true, encoding: .utf8)
        let whole = try scene.expectation(plan, closesEnd: false)[0]?.sent.count ?? 0
        let child = try scene.child(["--plan", file], untilEnd: false)
        try wait(for: "\(whole) deliveries") { try !child.isRunning || scene.visible() >= whole }
        child.signal(signal)
        #expect(try child.wait() == 0, "\(child.said)")
        #expect(try lastLine(scene).hasPrefix("{\"end\""))
        try scene.expectOutput(of: plan, closesEnd: false)
        try scene.verify()
    }

    @Test func `a second signal ends it at once, and nothing is lost`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 1)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<2000, partitions: 1), to: scene.input)
        let broker = try #require(scene.cluster.broker)
        let child = try scene.child(untilEnd: false)
        try wait(for: "the first deliveries") { try !child.isRunning || scene.visible() > 500 }
        // Without a broker the stop has to wait for what was sent.
        try broker.down()
        child.signal(SIGINT)
        try wait(for: "the signal to be seen") { child.said.contains("stopping") }
        child.signal(SIGINT)
        #expect(try child.wait(seconds: 5) == 130)
        try broker.up()
        let last = try scene.child()
        #expect(try last.wait() == 0, "\(last.said)")
        let wanted = try scene.expectation(.standard)[0]?.sent ?? []
        let found = try scene.sent()[0] ?? []
        #expect(Set(wanted).isSubset(of: Set(found)))
    }

    private func lastLine(_ scene: Scene) throws -> Substring {
        try String(contentsOfFile: scene.schedule, encoding: .utf8).split(separator: "\n").last
            ?? ""
    }
}
