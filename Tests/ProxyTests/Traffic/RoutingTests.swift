import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording
import Records
import Testing

/// Several inputs to several outputs, by name and by pattern.
@Suite struct RoutingTests {
    private func configuration(_ cluster: Cluster, _ routes: [Route]) -> ProxyConfiguration {
        let group = "g-" + UUID().uuidString.lowercased()
        var configuration = ProxyConfiguration(
            client: cluster.configuration, group: group, instance: "\(group)-1", routes: routes,
            plan: .windows(1...1, rules: []), paths: JournalPaths(recording: nil, schedule: nil),
            tool: "tests")
        configuration.delivery = .atLeastOnce
        configuration.untilEnd = true
        return configuration
    }

    private func run(
        _ configuration: ProxyConfiguration, notices: @escaping (String) -> Void = { _ in },
        shouldStop: () throws -> Bool = { false }
    ) throws {
        let proxy = try Proxy.open(
            configuration, observer: ProxyObserver(notice: notices), makeRecordingID: { "tests" })
        let end = ContinuousClock.now + .seconds(60)
        var failure: (any Error)?
        try proxy.run {
            do {
                return try shouldStop() || ContinuousClock.now > end
            } catch {
                failure = error
                return true
            }
        }
        if let failure { throw failure }
        if ContinuousClock.now > end { throw TestFailure("the proxy did not end within 60 s") }
    }

    private func cluster(_ topics: [String: Int]) throws -> Cluster {
        let cluster = try Cluster(.embedded)
        for (topic, partitions) in topics {
            try cluster.broker?.createTopic(topic, partitions: partitions)
            if topic.contains("shadow") || topic.hasPrefix("__") { continue }
            try cluster.produce(
                SampleRecords.numbered(0..<20, partitions: partitions), to: topic)
        }
        return cluster
    }

    private func count(_ topic: String, _ cluster: Cluster) throws -> Int {
        try cluster.contents(of: topic).values.reduce(0) { $0 + $1.count }
    }

    @Test func `a pattern takes the topics that are there, each to its own`() throws {
        let cluster = try cluster([
            "orders.eu": 2, "orders.us": 1, "payments": 1, "old.orders": 1, "__internal": 1,
            "shadow.orders.eu": 2, "shadow.orders.us": 1, "payments.shadow": 1,
            "orders.shadow.x": 1,
        ])
        try run(
            configuration(
                cluster,
                [
                    Route(input: "^orders\\.(.*)", output: "shadow.orders.$1"),
                    Route(input: "payments", output: "payments.shadow"),
                ]))
        #expect(try count("shadow.orders.eu", cluster) == 20)
        #expect(try count("shadow.orders.us", cluster) == 20)
        #expect(try count("payments.shadow", cluster) == 20)
        #expect(try count("orders.shadow.x", cluster) == 0)
    }

    @Test(arguments: [
        (["^a(.*)"], ["a.shadow"], "is the output of two inputs"),
        (["^a1$"], ["copy-of-a1"], "has no segment \"shadow\""),
        (["^a(.*)"], ["shadow.$1"], "the output topic shadow.1 is not there"),
        (["^nothing"], ["shadow.$0"], "no topic that may be read matches ^nothing"),
        (["^a1", "a2"], ["a.shadow", "a.shadow"], "is the output of two inputs"),
        (["^a("], ["a.shadow"], "no regular expression"),
        (["^a1$"], ["a2"], "has no segment \"shadow\""),
    ])
    func `a pattern is refused as names are, for what it stands for`(
        inputs: [String], outputs: [String], why: String
    ) throws {
        let cluster = try cluster(["a1": 1, "a2": 1, "a.shadow": 1])
        let routes = zip(inputs, outputs).map { Route(input: $0, output: $1) }
        let error = #expect(throws: ProxyError.self) { try run(configuration(cluster, routes)) }
        #expect(error?.kind == .refused)
        #expect(error?.message.contains(why) == true, "\(error?.message ?? "")")
    }

    @Test func `an input that another pattern writes is refused`() throws {
        let cluster = try cluster(["a1": 1, "b1": 1])
        var configuration = configuration(
            cluster, [Route(input: "^a1$", output: "b1"), Route(input: "^b1$", output: "c")])
        configuration.shadow = ShadowGuard(allowing: ["b1", "c"])
        let error = #expect(throws: ProxyError.self) { try run(configuration) }
        #expect(error?.message.contains("b1 is an input; a topic that is read is never") == true)
    }

    @Test func `a topic that comes later is read as soon as its output is there`() throws {
        let cluster = try cluster(["t.a": 1, "shadow.t.a": 1])
        var configuration = configuration(
            cluster, [Route(input: "^t\\.(.*)", output: "shadow.t.$1")])
        configuration.untilEnd = false
        configuration.topicInterval = .milliseconds(100)
        var notices: [String] = []
        var step = 0
        func isSeen() throws -> Bool {
            switch step {
            case 0 where try count("shadow.t.a", cluster) == 20:
                try cluster.broker?.createTopic("t.b", partitions: 1)
                try cluster.produce(SampleRecords.numbered(0..<7, partitions: 1), to: "t.b")
                step = 1
            case 1 where notices.contains(where: { $0.contains("shadow.t.b is not there") }):
                try cluster.broker?.createTopic("shadow.t.b", partitions: 1)
                step = 2
            case 2 where notices.contains(where: { $0.contains("t.b is read from now on") }):
                step = 3
            case 3: return try count("shadow.t.b", cluster) == 7
            default: break
            }
            return false
        }
        try run(configuration, notices: { notices.append($0) }, shouldStop: isSeen)
        #expect(step == 3)
        #expect(notices.filter { $0.contains("is not there") }.count == 1)
    }
}
