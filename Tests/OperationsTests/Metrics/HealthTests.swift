import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Reporting
import Synchronization
import Testing

@testable import Proxy

@Suite struct HealthTests {
    private static func statistics(_ brokers: String) throws -> ClientStatistics {
        try #require(ClientStatistics(json: "{\"brokers\":{\(brokers)}}"))
    }

    private static func broker(_ name: String, _ state: String, idle: Int) -> String {
        "\"\(name)\":{\"nodeid\":1,\"state\":\"\(state)\",\"rx\":5,\"rxidle\":\(idle)}"
    }

    private static func health(
        _ phase: RunPhase = .running, silence: Int = 0, owned: Int = 1,
        brokers: String? = nil
    ) throws -> ProxyHealth {
        ProxyHealth(
            phase: phase, silence: .seconds(silence), allowed: .seconds(30), owned: owned,
            consumer: try brokers.map(statistics))
    }

    @Test func `an instance with partitions and a broker is ready`() throws {
        for brokers in [nil, Self.broker("a", "UP", idle: 3_000_000)] {
            let health = try Self.health(brokers: brokers)
            #expect(health.isLive && health.isReady && health.reasons.isEmpty)
        }
    }

    @Test func `it is not ready while something is missing, and says what`() throws {
        let down = Self.broker("a", "DOWN", idle: 0)
        let silent = Self.broker("a", "UP", idle: 40_000_000)
        let cases: [(ProxyHealth, String)] = [
            (try Self.health(.starting), "still being checked"),
            (try Self.health(.ended), "the run is over"),
            (try Self.health(owned: 0), "no partition is assigned"),
            (try Self.health(brokers: down), "no broker is connected"),
            (try Self.health(brokers: ""), "no broker is connected"),
            (try Self.health(brokers: silent), "no broker has answered for 40 s"),
            (try Self.health(silence: 20), "waited for one answer for 20 s"),
        ]
        for (health, reason) in cases {
            #expect(health.isLive)
            #expect(!health.isReady)
            #expect(health.reasons.count == 1 && health.reasons[0].contains(reason))
        }
        // One of several is enough.
        #expect(try Self.health(brokers: "\(down),\(Self.broker("b", "UP", idle: 0))").isReady)
    }

    @Test func `the output's own cluster counts too, and is silent where nothing is sent`() throws {
        func health(_ brokers: String) throws -> ProxyHealth {
            ProxyHealth(
                phase: .running, silence: .zero, allowed: .seconds(30), owned: 1,
                consumer: try Self.statistics(Self.broker("a", "UP", idle: 0)),
                output: try Self.statistics(brokers))
        }
        #expect(try health(Self.broker("b", "UP", idle: 400_000_000)).isReady)
        // Before its first producer there is none to ask.
        #expect(try health("").isReady)
        let away = try health(Self.broker("b", "DOWN", idle: 0))
        #expect(away.isLive && !away.isReady)
        #expect(away.reasons == ["no broker of the output's cluster is connected"])
    }

    @Test func `what producers count is one sum, whoever comes and goes`() throws {
        func text(_ state: String, connects: Int, queued: Int) -> String {
            """
            {"msg_cnt":\(queued),"tx_bytes":\(connects * 100),"eos":{"txn_state":"Ready"},\
            "brokers":{"b/1":{"nodeid":1,"state":"\(state)","connects":\(connects),\
            "rtt":{"avg":\(connects * 1000)}}}}
            """
        }
        let meter = ProxyMeter()
        meter.note(statistics: text("UP", connects: 1, queued: 5), of: "producer", part: "a/0")
        meter.note(statistics: text("DOWN", connects: 4, queued: 7), of: "producer", part: "a/1")
        meter.note(statistics: text("DOWN", connects: 9, queued: 2), of: "consumer")
        func producer() throws -> ClientStatistics {
            try #require(meter.clientStatistics()["producer"])
        }
        var sum = try producer()
        #expect(sum.messagesQueued == 12 && sum.sentBytes == 500)
        #expect(sum.transactionStates == ["Ready": 2])
        #expect(sum.brokers.count == 1 && sum.brokers[0].isUp && sum.brokers[0].connects == 5)
        #expect(sum.brokers[0].roundTripMean == 0.004)
        // One that is gone holds nothing any more, and what it counted stays.
        meter.forget("a/0", of: "producer")
        meter.forget("a/0", of: "producer")
        sum = try producer()
        #expect(sum.messagesQueued == 7 && sum.sentBytes == 500)
        #expect(sum.transactionStates == ["Ready": 1])
        #expect(!sum.brokers[0].isUp && sum.brokers[0].connects == 5 && !sum.brokers[0].isPast)
        meter.note(statistics: text("UP", connects: 1, queued: 1), of: "producer", part: "a/0")
        sum = try producer()
        #expect(sum.messagesQueued == 8 && sum.sentBytes == 600 && sum.brokers[0].isUp)
        meter.forget("a/0", of: "producer")
        meter.forget("a/1", of: "producer")
        sum = try producer()
        #expect(sum.brokers[0].isPast && sum.brokers[0].connects == 6)
        #expect(meter.clientStatistics()["consumer"]?.messagesQueued == 2)
        let page = try #require(ProxyPage.page(at: "/metrics", of: meter, build: ("0", "0")))
        let labels = "{client=\"producer\",cluster=\"output\",broker=\"b/1\"}"
        #expect(page.text.contains("kerfuffle_client_broker_connects_total\(labels) 6\n"))
        #expect(!page.text.contains("kerfuffle_client_broker_up\(labels)"))
    }

    @Test func `it does not live once the loop is stuck`() throws {
        let health = try Self.health(silence: 31)
        #expect(!health.isLive && !health.isReady)
        #expect(health.reasons == ["the loop has been stuck for 31 s"])
    }

    @Test func `statistics of another version lack what they lack`() throws {
        #expect(ClientStatistics(json: "") == nil)
        #expect(ClientStatistics(json: "[]") == nil)
        #expect(ClientStatistics(json: "{\"brokers\":3,\"topics\":null}")?.brokers.isEmpty == true)
        let empty = try Self.statistics("\"a\":{}")
        #expect(empty.brokers.count == 1 && empty.brokers[0].silenceSeconds == nil)
    }

    /// The meter as the loop and the server use it: a loop that hangs is found out.
    @Test func `a loop that hangs is told from one that goes round`() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("in", partitions: 2)
        try broker.createTopic("in.shadow", partitions: 2)
        var client = ClientConfiguration(bootstrapServers: broker.bootstrapServers)
        client.set("session.timeout.ms", to: "4000")
        client.set("statistics.interval.ms", to: "200")
        var configuration = ProxyConfiguration(
            client: client, group: "g", instance: "i",
            routes: [Route(input: "in", output: "in.shadow")], plan: .standard,
            paths: JournalPaths(recording: nil, schedule: nil), tool: "tests")
        configuration.delivery = .atLeastOnce
        let meter = ProxyMeter(turn: .milliseconds(1500))
        let hangs = Atomic<Bool>(false)
        let isAway = Atomic<Bool>(false)
        let stops = Atomic<Bool>(false)
        let ready = ProxyReadiness(meter)
        #expect(!ready.isReady)
        let looker = Thread {
            defer {
                hangs.store(false, ordering: .relaxed)
                stops.store(true, ordering: .relaxed)
            }
            ready.wait { ready.isLive && ready.isReady }
            hangs.store(true, ordering: .relaxed)
            ready.wait { !ready.isLive && !ready.isReady }
            hangs.store(false, ordering: .relaxed)
            ready.wait { ready.isLive && ready.isReady }
            isAway.store(true, ordering: .relaxed)
            ready.wait { ready.isLive && !ready.isReady }
        }
        let proxy = try Proxy.open(
            configuration, observer: ProxyObserver(meter: meter), makeRecordingID: { "r" })
        looker.start()
        try? proxy.run {
            while hangs.load(ordering: .relaxed) { usleep(1000) }
            if isAway.exchange(false, ordering: .relaxed) { broker.stop() }
            return stops.load(ordering: .relaxed)
        }
        #expect(ready.failures.withLock { $0 } == [])
        #expect(!ready.isReady)
    }
}

/// What the pages say, asked from another thread.
private final class ProxyReadiness: Sendable {
    let meter: ProxyMeter
    let failures = Mutex<[String]>([])

    init(_ meter: ProxyMeter) { self.meter = meter }

    var isLive: Bool { status("/healthz") == 200 }
    var isReady: Bool { status("/readyz") == 200 }

    private func status(_ path: String) -> UInt32? {
        ProxyPage.page(at: path, of: meter, build: ("0", "0"))?.status
    }

    func wait(_ line: Int = #line, until condition: () -> Bool) {
        let end = ContinuousClock.now + .seconds(40)
        while !condition() {
            if ContinuousClock.now > end {
                failures.withLock { $0.append("line \(line) did not come true in 40 s") }
                return
            }
            usleep(10_000)
        }
    }
}
