import Foundation
import KafkaClient
import Perturbation
import Records
import Testing

@testable import Proxy

/// Exactly-once on a real broker: whatever instant a proxy is killed at, what a read-committed reader
/// sees in the end is what an undisturbed run gives.
@Suite(.enabled(if: ClusterKind.hasReal)) struct KillTests {
    @Test(arguments: [1, 2] as [UInt64])
    func `killed again and again, the output is that of an undisturbed run`(seed: UInt64) throws {
        let scene = try Scene(Cluster(.real))
        let total = 24_000
        try scene.cluster.produce(
            SampleRecords.numbered(0..<total, partitions: 3), to: scene.input)
        var random = TestRandom(seed)
        var killed = 0
        // A member that keeps its name gets its partitions back at once; without, the group waits for
        // the dead one's session to end.
        let name = ["-X", "group.instance.id=one"]
        for round in 1...6 {
            let child = try scene.child(round == 3 ? [] : name)
            let target = total * round / 8 + random.below(total / 10)
            try wait(for: "\(target) records") {
                try !child.isRunning || scene.visible() >= target
            }
            if child.isRunning { killed += 1 }
            child.kill9()
        }
        let last = try scene.child(name)
        #expect(try last.wait() == 0, "\(last.said)")
        #expect(killed >= 3, "it was too fast to be killed in the middle")
        try scene.expectOutput(of: .standard)
        try scene.verify()
        try scene.verify(committed: scene.committed())
    }
}

extension Scene {
    /// The proxy as a process of its own, until the end, with files.
    func child(
        _ more: [String] = [], instance: Int = 1, untilEnd: Bool = true, recording: String? = nil,
        schedule: String? = nil, wrapping: [String] = [], failpoint: String? = nil
    ) throws -> Child {
        try Child(
            ["proxy"] + cluster.flags
                + [
                    "--in", input, "--out", output, "--group", group, "--instance",
                    "\(group)-\(instance)", "--record", recording ?? self.recording, "--schedule",
                    schedule ?? self.schedule, "--delivery",
                    cluster.kind == .real ? "exactly-once" : "at-least-once",
                ] + (untilEnd ? ["--until-end"] : []) + more, log: path("child-\(instance).log"),
            wrapping: wrapping,
            environment: failpoint.map { ["KERFUFFLE_FAILPOINT": $0] } ?? [:])
    }

    /// Offsets that a read-committed reader has before it in the output.
    func visible() throws -> Int {
        let sources = (0..<Int32(partitions)).map { TopicPartition(output, $0) }
        return try watcher.watermarks(sources, timeout: .seconds(20)).values
            .reduce(0) { $0 + Int($1.upperBound) }
    }
}
