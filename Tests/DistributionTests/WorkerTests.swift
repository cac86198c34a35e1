import Foundation
import KafkaClient
import Testing

/// Hunts whose trials are run by processes of their own, over a broker in this process.
@Suite struct WorkerTests {
    private func broker(_ prefix: String = "kerfuffle.hunt") throws -> EmbeddedBroker {
        let broker = try EmbeddedBroker()
        for (topic, partitions) in [("runs", 1), ("trials", 4), ("results", 1)] {
            try broker.createTopic("\(prefix).\(topic)", partitions: partitions)
        }
        return broker
    }

    private func worker(
        _ hunt: SampleHunt, _ broker: EmbeddedBroker, _ extra: String...
    ) throws -> RunningProgram {
        try RunningProgram(
            ["worker", "hunt.yaml", "--via", broker.bootstrapServers, "--jobs", "2"]
                + ["--via-X", "session.timeout.ms=4000", "--via-X", "heartbeat.interval.ms=500"]
                + extra, in: hunt.folder)
    }

    @Test(arguments: [(1, 0), (1, 1), (2, 1), (4, 2)])
    func `workers find what one machine finds, also where some of them are killed`(
        count: Int, killed: Int
    ) throws {
        let expected = try SampleHunt.undisturbed.get()
        #expect(expected.count == SampleHunt.trials)
        let hunt = try SampleHunt()
        let broker = try broker()
        defer { broker.stop() }
        var workers = try (0..<count).map { _ in try worker(hunt, broker) }
        let program = try hunt.program(
            "hunt", "hunt.yaml", "--via", broker.bootstrapServers, "--jobs", "2")
        for _ in 0..<killed {
            // Each in the midst of its work.
            let known = try hunt.stored().count
            try awaiting("another result", or: program.said) { try hunt.stored().count > known }
            workers.removeFirst().kill()
        }
        if workers.isEmpty { workers = [try worker(hunt, broker)] }
        #expect(try program.code() == 1, "\(program.said)")
        #expect(try hunt.stored() == expected)
        // Whoever is left ends with the hunt.
        for worker in workers { #expect(try worker.code() == 0, "\(worker.said)") }
    }

    @Test func `a hunt that is killed goes on with what workers have done meanwhile`() throws {
        let expected = try SampleHunt.undisturbed.get()
        let hunt = try SampleHunt()
        let broker = try broker()
        defer { broker.stop() }
        let worker = try worker(hunt, broker)
        let words = ["hunt", "hunt.yaml", "--via", broker.bootstrapServers, "--jobs", "2"]
        let first = try RunningProgram(words, in: hunt.folder)
        try awaiting("results", or: first.said) { try hunt.stored().count >= 4 }
        first.kill()
        let second = try RunningProgram(words + ["--resume"], in: hunt.folder)
        #expect(try second.code() == 1, "\(second.said)")
        #expect(try hunt.stored() == expected)
        #expect(try worker.code() == 0, "\(worker.said)")
        // The worker was not disturbed: nothing was run twice, apart from what confirmation repeats.
        let counts = Dictionary(grouping: hunt.starts, by: { $0 }).mapValues(\.count)
        #expect((1...SampleHunt.trials).count { counts[$0] == 1 } >= SampleHunt.trials - 1)
    }

    @Test func `a worker with another file refuses, and its trials go to others`() throws {
        let hunt = try SampleHunt()
        let broker = try broker()
        defer { broker.stop() }
        let program = try hunt.program(
            "hunt", "hunt.yaml", "--via", broker.bootstrapServers, "--jobs", "2", "--trials", "4")
        let stranger = try worker(hunt, broker, "--set", "seed=other")
        #expect(try stranger.code() == 65)
        #expect(stranger.said.contains("was begun with another"), "\(stranger.said)")
        let worker = try worker(hunt, broker)
        #expect(try program.code() == 1, "\(program.said)")
        #expect(try hunt.stored() == Array(try SampleHunt.undisturbed.get().prefix(4)))
        #expect(try worker.code() == 0)
    }

    @Test func `a worker on whose machine the system does not work takes no trial`() throws {
        let hunt = try SampleHunt()
        let broker = try broker()
        defer { broker.stop() }
        try hunt.write(
            SampleHunt.text.replacing("exec sleep 600", with: "exit 7"), to: "hunt.yaml")
        let worker = try worker(hunt, broker)
        #expect(try worker.code() == 125)
        #expect(worker.said.contains("ended with exit code 7"), "\(worker.said)")
    }
}
