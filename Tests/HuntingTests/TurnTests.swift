import Foundation
import Perturbation
import Records
import Testing

@testable import Hunting

/// Baselines of workloads whose entities stand on several partitions.
@Suite struct TurnTests {
    private static let python = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]

    private static let hunt = """
        workload:
          generate:
            records: 12
            keys: 2
            operations:
              - {topic: reserve, value: "${index}"}
              - {topic: charge, value: "${index}"}
              - {topic: cancel, value: "${index}"}
        input: {topics: {reserve: 1, charge: 1, cancel: 1}}
        observe: [{file: order, name: order}]
        invariants: [{convergence: {stream: order, key: .key}}]

        """

    private func record(_ topic: String, _ offset: Int64, _ key: String) -> Record {
        Record(source: TopicPartition(topic, 0), offset: offset, key: Array(key.utf8), value: [49])
    }

    private func turns(_ records: [Record], _ entities: [[Int32]]) throws -> [Bool] {
        let workload = Workload(records)
        let feed = try FeedSequence(workload, TrialSchedule(), paceUs: 1000)
        return feed.inTurn(workload, entities: entities).items.map(\.waitsForTurn)
    }

    @Test func `who has something under way on another partition waits, others do not`() throws {
        let records = [
            record("a", 0, "x"), record("b", 0, "y"), record("b", 1, "x"), record("a", 1, "x"),
            record("a", 2, "x"), record("b", 2, "z"),
        ]
        #expect(
            try turns(records, [[0, 1, 0, 0, 0, 2]]) == [false, false, true, true, false, false])
        // Each invariant may tell entities apart in its own way; what is of none races with nothing.
        #expect(
            try turns(records, [[0, 1, 0, 0, 0, 2], [-1, 0, -1, -1, -1, 0]])
                == [false, false, true, true, false, false])
        #expect(
            try turns(records, [[-1, 0, -1, 0, -1, 0]]) == [
                false, false, false, true, false, true,
            ])
        #expect(try turns(records, []) == Array(repeating: false, count: 6))
    }

    @Test func `entities are what invariants that compare with a baseline tell apart`() throws {
        func turns(_ invariants: String) throws -> Bool {
            let text = Self.hunt.replacing(
                "{convergence: {stream: order, key: .key}}", with: invariants)
            let document = try Sample.document(text + "system: {command: [sleep, '60']}\n")
            let workload = try document.hunt.makeWorkload()
            let feed = try FeedSequence(workload, TrialSchedule(), paceUs: 1000)
            return try document.hunt.judging.inTurn(feed, of: workload).hasTurns
        }
        #expect(try turns("{convergence: {stream: order, key: .key}}"))
        // Nothing is held against a baseline.
        #expect(try !turns("{uniqueness: {stream: order, key: .key}}"))
        #expect(try turns("{custom: {jq: '.baseline == .observed'}}"))
    }

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"))
    func `a baseline's records of one entity on several topics are taken in their order`() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Python/order.py").path
        let python = try #require(Self.python)
        let document = try Sample.document(
            Self.hunt
                + "system: {command: ['\(python)', -B, '\(script)', reserve, charge, cancel]}\n")
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let dry = try DryRun(document.hunt, on: bench)
        #expect(dry.outcome.ending == .settled)
        let taken = (dry.outcome.observed["order"] ?? []).compactMap { line in
            Int(String(decoding: line.value ?? [], as: UTF8.self))
        }
        let keys = dry.workload.records.map(\.key)
        #expect(taken.sorted() == Array(0..<12))
        for key in Set(keys) {
            #expect(taken.filter { keys[$0] == key } == keys.indices.filter { keys[$0] == key })
        }
    }
}
