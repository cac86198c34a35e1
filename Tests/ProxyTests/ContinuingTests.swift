import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// Fails its third commit as brokers do that went away: the files have all of it.
private func away(
    _ committing: any Committing, _ journal: Journal, _ error: KafkaError
) -> any Committing {
    FailingCommits(committing, journal) { number, batch, journal in
        guard number == 3 else { return }
        try journal.checkpoint(batch.words)
        throw error
    }
}

@Suite struct ContinuingTests {
    private static let timedOut = KafkaError(
        .timedOut, "no answer", during: "commit transaction", isRetriable: true)
    private static let fatal = KafkaError(
        .fatal, "invalid state", during: "commit transaction", isFatal: true)
    private static let fenced = KafkaError(.fenced, during: "commit transaction", isFatal: true)

    @Test(arguments: ClusterKind.available)
    func `brokers that were away end no run: it goes on with new connections`(
        _ kind: ClusterKind
    ) throws {
        let scene = try Scene(Cluster(kind))
        try scene.cluster.produce(
            SampleRecords.numbered(0..<4000, partitions: 3), to: scene.input)
        var configuration = scene.recorded()
        configuration.commitBytes = 4000
        let observer = ProxyObserver(notice: { scene.notices.append($0) })
        let failures = [Self.timedOut, Self.fatal]
        var opened = 0
        let end = ContinuousClock.now + .seconds(90)
        let statistics = try Proxy.keepRunning(
            configuration, observer: observer, shouldStop: { ContinuousClock.now > end },
            open: { _ in
                opened += 1
                return try Proxy.open(
                    configuration, observer: observer, makeRecordingID: { "away" },
                    wrapping: { committing, journal in
                        opened <= failures.count
                            ? away(committing, journal, failures[opened - 1]) : committing
                    })
            })
        #expect(opened == 3)
        #expect(scene.notices.count { $0.hasSuffix("; going on with new connections") } == 2)
        if kind == .real {
            #expect(statistics.passed == 4000)
            try scene.expectOutput(of: .standard)
            try scene.verify()
        } else {
            #expect(statistics.passed >= 4000)
        }
    }

    @Test(.enabled(if: ClusterKind.hasReal))
    func `only after brokers were away a fence may be their doing, and not for ever`() throws {
        let scene = try Scene(Cluster(.real))
        try scene.cluster.produce(
            SampleRecords.numbered(0..<4000, partitions: 3), to: scene.input)
        var configuration = scene.recorded()
        configuration.commitBytes = 4000
        func opened(_ failures: [KafkaError]) -> (Int, (any Error)?) {
            var opened = 0
            do {
                _ = try Proxy.keepRunning(
                    configuration, observer: ProxyObserver(), shouldStop: { false },
                    open: { _ in
                        opened += 1
                        return try Proxy.open(
                            configuration, observer: ProxyObserver(),
                            makeRecordingID: { "fenced" },
                            wrapping: { away($0, $1, failures[opened - 1]) })
                    })
            } catch {
                return (opened, error)
            }
            return (opened, nil)
        }
        let (first, firstEnd) = opened([Self.fenced])
        #expect(first == 1)
        #expect((firstEnd as? ProxyError)?.kind == .fenced)
        let more = Array(repeating: Self.fenced, count: 4)
        let (second, secondEnd) = opened([Self.timedOut] + more)
        #expect(second == 5)
        #expect((secondEnd as? ProxyError)?.kind == .fenced)
        try scene.run(configuration)
        try scene.expectOutput(of: .standard)
        try scene.verify()
    }

    @Test func `what does not pass ends the run at once`() throws {
        let scene = try Scene(Cluster(.embedded))
        var configuration = scene.recorded()
        configuration.routes[0].output = "\(scene.output)-missing"
        configuration.shadow = ShadowGuard(allowing: ["\(scene.output)-missing"])
        var opened = 0
        let failure = #expect(throws: ProxyError.self) {
            try Proxy.keepRunning(
                configuration, observer: ProxyObserver(), shouldStop: { false },
                open: { _ in
                    opened += 1
                    return try Proxy.open(
                        configuration, observer: ProxyObserver(), makeRecordingID: { "none" })
                })
        }
        #expect(failure?.kind == .refused)
        #expect(opened == 1)
    }

    @Test func `a fence ends the run unless brokers kept a transaction too long`() throws {
        let scene = try Scene(Cluster(.embedded))
        var configuration = scene.configuration()
        configuration.client.set("transaction.timeout.ms", to: "5000")
        func explained(_ error: KafkaError, open: UInt64?, stood: UInt64?) -> ProxyError? {
            Failures(configuration, openNs: open, stoodStillNs: stood).explained(error)
                as? ProxyError
        }
        let second: UInt64 = 1_000_000_000
        let rows: [(KafkaError, UInt64?, UInt64?, ProxyError.Kind, Bool)] = [
            (Self.fenced, nil, nil, .fenced, false),
            (Self.fenced, 4 * second, nil, .fenced, false),
            (Self.fenced, 6 * second, nil, .broker, true),
            (Self.fenced, 20 * second, 19 * second, .fenced, false),
            (Self.fatal, 1 * second, nil, .broker, true),
            (Self.fatal, 20 * second, 19 * second, .fenced, false),
            (Self.timedOut, 1 * second, nil, .broker, true),
            (KafkaError(.timedOut, during: "seek", isRetriable: false), nil, nil, .broker, true),
            (
                KafkaError(.messageTooLarge, during: "produce"), 1 * second, nil, .broker,
                false
            ),
            (
                KafkaError(.fencedInstance, during: "consume", isFatal: true), nil, nil,
                .fenced, false
            ),
        ]
        for (error, open, stood, kind, mayPass) in rows {
            let found = explained(error, open: open, stood: stood)
            #expect(found?.kind == kind, "\(error) \(String(describing: open))")
            #expect(found?.mayPass == mayPass, "\(error) \(String(describing: open))")
        }
    }

    @Test func `a static member that was taken for another one after a silence goes on`() throws {
        let scene = try Scene(Cluster(.embedded))
        let error = KafkaError(.fencedInstance, during: "consume", isFatal: true)
        let lost = Failures(scene.configuration(), hasLostSession: true).explained(error)
        #expect((lost as? ProxyError)?.mayPass == true)
        #expect("\(lost)".contains("session.timeout.ms"))
    }

    @Test func `a lost session is read from the client's log`() {
        let inputs = Inputs(partitionsAtStart: [:])
        let log = ClientLog(ProxyObserver(), inputs)
        log.noteOfConsumer(.log(LogLine(level: 5, facility: "REQTMOUT", text: "timed out")))
        #expect(!inputs.hasLostSession)
        log.noteOfConsumer(.log(LogLine(level: 4, facility: "SESSTMOUT", text: "timed out")))
        #expect(inputs.hasLostSession)
    }
}
