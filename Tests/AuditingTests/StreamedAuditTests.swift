import Checking
import Foundation
import Recording
import Records
import Reporting
import Testing

@testable import Auditing

/// Recordings judged piece by piece: the same words as of all records at once.
@Suite struct StreamedAuditTests {
    /// Three topics' worth of trouble in two recordings: keys that come again, numbers that fall, sums, null keys.
    private static func recordings(in folder: String) throws -> [String] {
        try (0..<2).map { file in
            let path = "\(folder)/\(file).mcap"
            let recorder = try BulkRecorder(
                creating: path, identity: RecordingIdentity(id: "r\(file)", tool: "tests"))
            for index in 0..<600 {
                let number = index * 37 % 101
                let value =
                    "{\"id\":\"i\(index * 7 % 450)\",\"n\":\(number).5,\"kind\":\"\(number % 3 == 0 ? "x" : "y")\"}"
                try recorder.append(
                    Record(
                        source: TopicPartition(
                            index % 4 == 0 ? "other" : index % 7 == 0 ? "third" : "out",
                            Int32(index % 3)),
                        offset: Offset(index),
                        key: number % 11 == 0 ? nil : Array("k\(number % 17)".utf8),
                        value: index % 50 == 0 ? nil : Array(value.utf8)), arrivalNs: nil)
            }
            try recorder.close()
            return path
        }
    }

    @Test(arguments: [
        "uniqueness: {stream: out, key: .id}",
        "uniqueness: {stream: out, key: .id, when: '.kind == \"x\"'}",
        "monotonicReads: {stream: out, version: .n}",
        "monotonicReads: {stream: out, key: .kind, version: .n}",
        "fifoPerKey: {stream: third, sequence: .n}",
        "conservation: {stream: out, sum: .n, equals: 12}",
        "conservation: {stream: out, sum: .n, equals: 12, over: state}",
        "conservation: {stream: out, sum: .n, equals: 12, key: .kind, over: state}",
        "conservation: {stream: out, sum: .n, equals: 12, key: .kind, when: .nothing}",
        "conservation: {stream: out, sum: .nothing, equals: 0}",
    ])
    func `says what is said of the whole`(invariant: String) throws {
        let folder = NSTemporaryDirectory() + "streamed-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let paths = try Self.recordings(in: folder)
        try expectSame("invariants: [{\(invariant)}]", paths, folder)
        // Entities have a kind then, and may stand on several partitions.
        try expectSame("input: other\ninvariants: [{\(invariant)}]", paths, folder)
    }

    @Test(arguments: ["input: other", "input: [third, other]"])
    func `says what is said of the whole of what is held against an input, too`(
        input: String
    ) throws {
        let folder = NSTemporaryDirectory() + "streamed-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let paths = try Self.recordings(in: folder)
        for rule in ["exactlyOnceEffect", "noLoss", "noInvention"] {
            for more in ["", ", when: '.kind == \"x\"'", ", inputWhen: '.kind == \"x\"'"] {
                for delivery in ["atLeastOnce", "exactlyOnce"] {
                    try expectSame(
                        """
                        \(input)
                        contract: {delivery: \(delivery)}
                        invariants:
                          - \(rule): {stream: out, key: .id\(more)}
                          - uniqueness: {stream: out, key: .id}
                        """, paths, folder)
                }
            }
        }
        try expectSame(
            "\(input)\ninvariants: [{noLoss: {stream: out, key: .id, input: key}}]", paths,
            folder)
    }

    private func expectSame(_ text: String, _ paths: [String], _ folder: String) throws {
        let topics = try StreamedAudit.topics(of: paths)
        #expect(topics == ["other", "out", "third"])
        let file = try CheckFile(yaml: Array(text.utf8), path: "i.yaml", topics: topics)
        #expect(StreamedAudit.isPossible(file))
        let pieces = try StreamedAudit.audit(file, recordings: paths, topics: topics)
        let whole = try Audit(file, recorded: try RecordedRecords(paths), folder: folder)
        #expect(AuditReport(pieces).text == AuditReport(whole).text, "\(text)")
        #expect(AuditReport(pieces).json.text == AuditReport(whole).json.text, "\(text)")
    }

    @Test(arguments: [
        "input: other\ninvariants: [{fifoPerKey: {stream: out, key: .kind, id: .id}}]",
        "normalize: [{strip: .n}]\ninvariants: [{uniqueness: {stream: out, key: .id}}]",
        "invariants: [{consistentOffsets: {stream: out}}]",
        "observe: [{changes: out}]\ninvariants: [{conservation: {stream: out, sum: .n, equals: 1}}]",
    ])
    func `what needs all records at once is not judged so`(text: String) throws {
        let file = try CheckFile(yaml: Array(text.utf8), path: "i.yaml", topics: ["other", "out"])
        #expect(!StreamedAudit.isPossible(file))
    }
}
