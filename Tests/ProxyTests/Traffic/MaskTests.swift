import Foundation
import KafkaClient
import Masking
import Perturbation
import Proxy
import Recording
import Records
import Testing

/// What a plan masks is masked everywhere, and what it stamps is known to verify and replay.
@Suite struct MaskTests {
    private static let secret = "the key of these tests"

    private func keyed(_ scene: Scene, _ text: String, secret: String = Self.secret) throws
        -> ProxyConfiguration
    {
        let document = try PlanDocument(
            yaml: Array("{seed: masked, window: {maxWait: none}, \(text)}".utf8), file: "plan")
        let path = scene.path("mask.key")
        try? FileManager.default.removeItem(atPath: path)
        _ = FileManager.default.createFile(
            atPath: path, contents: Data("\(secret)\n".utf8),
            attributes: [.posixPermissions: 0o600])
        let (plan, key) = try document.keyed(file: path)
        try FileManager.default.removeItem(atPath: path)
        var configuration = scene.recorded(plan)
        configuration.maskKey = key
        return configuration
    }

    /// Records with something in each place that nobody may see.
    private func planted(_ count: Int) -> [Record] {
        (0..<count).map { index in
            let person = "PLANTED-\(index % 7)"
            let value =
                index % 5 == 4
                ? "no JSON, of \(person)"
                : #"{ "who":"\#(person)", "card": 41111111\#(10_000_000 + index % 7), "items":[{"to":"\#(person)@x.test"}],"n":\#(index) }"#
            return Record(
                source: TopicPartition("", Int32(index % 2)), offset: 0,
                timestamp: .create(1_700_000_000_000 + Int64(index)),
                key: Array(person.utf8), value: Array(value.utf8),
                headers: [
                    Header("traceparent", "00-\(index)"), Header("user", person),
                    Header("user", nil), Header("kind", "order"),
                ])
        }
    }

    private static let mask =
        "mask: {key: token, headers: [us*, {name: '*race*'}], fields: [$.who, {path: '$..to', as: email}, "
        + "{path: $.card, as: digits}]}"

    @Test func `no file, topic or message has anything of what is masked`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(planted(300), to: scene.input)
        let configuration = try keyed(
            scene, Self.mask + ", rules: [order: perKey, duplicate: 5%]")
        try scene.run(configuration)
        try scene.verify()

        var texts = [scene.notices.joined(separator: "\n"), "\(configuration.plan)"]
        dump(configuration, to: &texts[1])
        for name in try FileManager.default.contentsOfDirectory(atPath: scene.folder.path()) {
            texts.append(
                String(
                    decoding: try Data(contentsOf: scene.folder.appending(path: name)),
                    as: UTF8.self)
            )
        }
        let reader = try RecordingReader(path: scene.recording)
        var recorded = 0
        while try reader.next() {
            recorded += 1
            try reader.withRecord { block in
                block.withUnsafeBytes { texts.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        #expect(recorded == 300)
        let sent = try scene.cluster.contents(of: scene.output).values.flatMap { $0 }
        for record in sent {
            texts.append(
                ([record.key, record.value] + record.headers.map(\.value))
                    .map { String(decoding: $0 ?? [], as: UTF8.self) }.joined(separator: "\n"))
        }
        for text in texts {
            for word in ["PLANTED", "x.test", "41111111", "no JSON", Self.secret] {
                #expect(!text.contains(word), "\(word) in \(text.prefix(200))")
            }
        }
    }

    @Test func `equal values meet again, and the rest of a record stays as it was`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(planted(200), to: scene.input)
        try scene.run(try keyed(scene, Self.mask))
        let before = try scene.cluster.contents(of: scene.input)
        let after = try scene.cluster.contents(of: scene.output)
        for (partition, log) in before {
            let masked = try #require(after[partition])
            #expect(masked.count == log.count)
            for (original, record) in zip(log, masked) {
                let token = String(decoding: try #require(record.key), as: UTF8.self)
                #expect(token.count == 32)
                #expect(
                    record.headers == [
                        original.headers[0], Header("user", token), Header("user", nil),
                        Header("kind", "order"),
                    ])
                #expect(record.timestamp == original.timestamp)
                let value = String(decoding: try #require(record.value), as: UTF8.self)
                let was = String(decoding: try #require(original.value), as: UTF8.self)
                if was.hasPrefix("no JSON") {
                    #expect(value == "\"[redacted]\"")
                } else {
                    #expect(value.hasPrefix("{ \"who\":\"\(token)\", \"card\": "))
                    let end = try #require(was.components(separatedBy: "],").last)
                    #expect(value.hasSuffix("]," + end))
                    #expect(value.contains(".example\"}],\"n\":"))
                }
            }
        }
    }

    @Test func `what is no JSON is left out or passes where the plan says so`() throws {
        for (answer, passed) in [("drop", 80), ("pass", 100)] {
            let scene = try Scene(Cluster(.embedded), partitions: 2)
            try scene.cluster.produce(planted(100), to: scene.input)
            let counts = try scene.run(
                try keyed(
                    scene,
                    "mask: {fields: $.who, onUnparsable: \(answer)}, rules: [order: shuffle]"))
            #expect(counts.passed == passed && counts.unparsable == 100 - passed)
            try scene.verify()
        }
    }

    @Test func `another key is refused for the same files`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(planted(20), to: scene.input)
        try scene.run(try keyed(scene, Self.mask))
        let other = try keyed(scene, Self.mask, secret: "another key altogether")
        let error = #expect(throws: ProxyError.self) { try scene.run(other) }
        #expect(error?.kind == .refused && error?.message.contains("another mask key") == true)
        var keyless = other
        keyless.maskKey = nil
        #expect(throws: ProxyError.self) { try scene.run(keyless) }
    }

    @Test func `stamps say where a record is from, and verify and replay know them`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(planted(120), to: scene.input)
        let configuration = try keyed(
            scene,
            "stamp: {headers: [offset, seed, shadow, topic, partition], prefix: x-}, "
                + "rules: [order: shuffle, duplicate: 20%, drop: 5%]")
        try scene.run(configuration)
        let input = try scene.cluster.contents(of: scene.input)
        for (partition, records) in try scene.cluster.contents(of: scene.output) {
            for record in records {
                #expect(
                    record.headers.map { String(decoding: $0.name, as: UTF8.self) }.suffix(5) == [
                        "x-offset", "x-seed", "x-shadow", "x-topic", "x-partition",
                    ])
                let values = record.headers.suffix(5).map {
                    String(decoding: $0.value ?? [], as: UTF8.self)
                }
                let offset = try #require(Int(values[0]))
                #expect(Array(values[1...]) == ["masked", "true", scene.input, "\(partition)"])
                let original = try #require(input[partition]?[offset])
                #expect(original.value == record.value)
                #expect(Array(record.headers.dropLast(5)) == original.headers)
            }
        }
        try scene.verify(asSent: Stamper.asSent)
        let reader = try RecordingReader(path: scene.recording)
        #expect(try reader.next())
        #expect(try reader.withRecord { $0.record(at: 0).headers.count } == 4)

        for (what, name) in [
            (Replay.What.schedule, "schedule"),
            (.plan(configuration.plan, scheduleTo: scene.path("again.jsonl"), tool: "t"), "plan"),
        ] {
            let path = scene.path("\(name).mcap")
            let sink = RecordingSink(
                try RecordingWriter(
                    creating: path, identity: RecordingIdentity(id: "again", tool: "tests")))
            try Replay(
                .init(recordings: [scene.recording], schedules: [scene.schedule]), what,
                pace: .full,
                to: sink, output: { $0 }
            ).run()
            let result = try Verification(
                ExpectedOutput([(scene.recording, scene.schedule)], asSent: Stamper.asSent),
                against: DeliveredRecords(recording: path), output: { $0 })
            #expect(result.differences == [])
            #expect(result.verified > 100)
            let unstamped = try Verification(
                ExpectedOutput([(scene.recording, scene.schedule)]),
                against: DeliveredRecords(recording: path), output: { $0 })
            #expect(unstamped.differences.count == 2)
        }
    }

    @Test func `a replay takes over what was sampled and masked, and refuses to do it again`()
        throws
    {
        let scene = try Scene(Cluster(.embedded), partitions: 2)
        try scene.cluster.produce(planted(200), to: scene.input)
        let masked = try keyed(scene, Self.mask + ", sample: 50%, rules: [order: shuffle]")
        try scene.run(masked)
        func replay(_ text: String, schedules: [String], to name: String) throws {
            let plan = try Plan(
                yaml: Array("{seed: masked, window: {maxWait: none}, \(text)}".utf8), file: "plan")
            let sink = RecordingSink(
                try RecordingWriter(
                    creating: scene.path("\(name).mcap"),
                    identity: RecordingIdentity(id: "again", tool: "tests")))
            try Replay(
                .init(recordings: [scene.recording], schedules: schedules),
                .plan(plan, scheduleTo: scene.path("\(name).jsonl"), tool: "tests"), pace: .full,
                to: sink, output: { $0 }
            ).run()
        }
        for (name, text) in [
            ("same", Self.mask + ", sample: 50%, rules: [order: shuffle]"),
            ("plain", "rules: [order: shuffle]"),
        ] {
            try replay(text, schedules: [scene.schedule], to: name)
            let result = try Verification(
                ExpectedOutput([(scene.recording, scene.schedule)]),
                against: DeliveredRecords(recording: scene.path("\(name).mcap")), output: { $0 })
            #expect(result.differences == [] && result.verified > 10)
            let header = try ScheduleReader(path: scene.path("\(name).jsonl")).header
            #expect(
                header.plan.mask == masked.plan.mask && header.plan.sample == masked.plan.sample)
        }
        for (name, text, schedules) in [
            ("other", "mask: {key: digits}", [scene.schedule]),
            ("less", "sample: 10%", [scene.schedule]), ("alone", Self.mask, []),
        ] {
            let error = #expect(throws: ProxyError.self) {
                try replay(text, schedules: schedules, to: name)
            }
            #expect(error?.kind == .refused)
        }
    }
}
