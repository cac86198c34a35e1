import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// Several instances in one group on a real broker.
@Suite(.enabled(if: ClusterKind.hasReal)) struct GroupTests {
    @Test(arguments: ["range", "cooperative-sticky"])
    func `one of two is killed, and the output is that of one undisturbed`(strategy: String) throws
    {
        let scene = try Scene(Cluster(.real), partitions: 4)
        let total = 24_000
        try scene.cluster.produce(
            SampleRecords.numbered(0..<total, partitions: 4), to: scene.input)
        let flags = ["-X", "partition.assignment.strategy=\(strategy)"]
        func child(_ number: Int) throws -> Child {
            try scene.child(
                flags, instance: number, recording: scene.path("\(number).mcap"),
                schedule: scene.path("\(number).jsonl"))
        }
        let first = try child(1)
        let second = try child(2)
        try wait(for: "a third") { try !second.isRunning || scene.visible() > total / 3 }
        second.kill9()
        let again = try child(2)
        #expect(try first.wait() == 0, "\(first.said)")
        #expect(try again.wait() == 0, "\(again.said)")
        try scene.expectOutput(of: .standard)
        try scene.expectFiles(["1", "2"])
        try scene.expectMerged(["1", "2"])
    }

    @Test func `the one that is left passes the end of what the dead one had, too`() throws {
        let scene = try Scene(Cluster(.real), partitions: 4)
        let total = 8_000
        try scene.cluster.produce(
            SampleRecords.numbered(0..<total, partitions: 4), to: scene.input)
        func child(_ number: Int) throws -> Child {
            try scene.child(
                instance: number, recording: scene.path("\(number).mcap"),
                schedule: scene.path("\(number).jsonl"))
        }
        let first = try child(1)
        let second = try child(2)
        try wait(for: "a quarter") { try !second.isRunning || scene.visible() > total / 4 }
        second.kill9()
        #expect(try first.wait() == 0, "\(first.said)")
        try scene.expectOutput(of: .standard)
    }

    @Test(arguments: ["range", "cooperative-sticky"])
    func `one that was stopped for long is no longer listened to`(strategy: String) throws {
        let scene = try Scene(Cluster(.real), partitions: 4)
        let total = 24_000
        try scene.cluster.produce(
            SampleRecords.numbered(0..<total, partitions: 4), to: scene.input)
        let flags = [
            "-X", "partition.assignment.strategy=\(strategy)", "-X", "transaction.timeout.ms=4000",
        ]
        func child(_ number: Int) throws -> Child {
            try scene.child(
                flags, instance: number, recording: scene.path("\(number).mcap"),
                schedule: scene.path("\(number).jsonl"))
        }
        let first = try child(1)
        try wait(for: "some") { try !first.isRunning || scene.visible() > total / 6 }
        first.signal(SIGSTOP)
        // Its session ends, and the broker aborts what it left open.
        let second = try child(2)
        try wait(for: "half") { try !second.isRunning || scene.visible() > total / 2 }
        first.signal(SIGCONT)
        let code = try first.wait()
        #expect(code == 0 || code == 75, "\(first.said)")
        #expect(code == 0 || first.said.contains("this instance stood still for"))
        #expect(try second.wait() == 0, "\(second.said)")
        try scene.expectOutput(of: .standard)
        try scene.expectFiles(["1", "2"])
        try scene.expectMerged(["1", "2"])
    }
}

extension Scene {
    /// The files of several instances say together what is in the topic: every live window once.
    func expectFiles(
        _ names: [String], _ location: SourceLocation = #_sourceLocation
    ) throws {
        let journals = names.map { (path("\($0).mcap"), path("\($0).jsonl")) }
        let expected = try ExpectedOutput(journals, committed: committed())
        var pieces: [ExpectedOutput.Piece] = []
        while let more = try expected.next() { pieces += more }
        // Windows of a partition follow each other, whichever instance had them.
        pieces.sort { $0.records.entries[0].offset < $1.records.entries[0].offset }
        var wanted: [Int32: [Sent]] = [:]
        for piece in pieces {
            for delivery in piece.outcome.deliveries {
                wanted[piece.source.partition, default: []].append(
                    Sent(piece.records.record(at: Int(delivery.slot))))
            }
        }
        try expectEqual(try sent(), wanted, location)
    }

    /// The program merges them into one pair, which the topic is compared with.
    func expectMerged(
        _ names: [String], _ location: SourceLocation = #_sourceLocation
    ) throws {
        let recordings = names.map { path("\($0).mcap") }
        let positions = path("positions.jsonl")
        let ask = cluster.flags + ["--group", group]
        let merge = try Child(
            ["merge", "-o", path("all.mcap")] + recordings + ask, log: path("merge.log"))
        #expect(try merge.wait() == 0, "\(merge.said)", sourceLocation: location)
        let asked = try Child(["positions", "--in", input] + ask, log: positions)
        #expect(try asked.wait() == 0, "\(asked.said)", sourceLocation: location)
        let offline = try Child(
            ["merge", "-o", path("offline.mcap"), "--positions", positions] + recordings,
            log: path("merge.log"))
        #expect(try offline.wait() == 0, "\(offline.said)", sourceLocation: location)
        for name in ["all", "offline"] {
            let verify = try Child(
                [
                    "verify", "--recording", path("\(name).mcap"), "--schedule",
                    path("\(name).jsonl"), "--in", input, "--out", output,
                ] + cluster.flags, log: path("verify.log"))
            #expect(try verify.wait() == 0, "\(verify.said)", sourceLocation: location)
        }
    }
}
