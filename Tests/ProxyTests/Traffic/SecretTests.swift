import Foundation
import KafkaClient
import Records
import Testing

/// Whole runs of the program with secrets in every place that takes one; what it leaves behind has none
/// of them.
@Suite struct SecretTests {
    private static let secrets = [
        "planted-sasl-password", "planted-ssl-key-password", "planted-oauth-secret", "planted-user",
        "planted-mask-secret", "planted-file-password",
    ]
    private static let plan = Child.repository.appending(path: "topologies/masked.yaml").path()

    private func arguments(_ scene: Scene, _ more: [String]) throws -> [String] {
        let properties = scene.path("client.conf")
        try Data("ssl.keystore.password=planted-file-password\n".utf8).write(
            to: URL(filePath: properties))
        let key = scene.path("mask.key")
        if !FileManager.default.fileExists(atPath: key) {
            _ = FileManager.default.createFile(
                atPath: key, contents: Data("planted-mask-secret".utf8),
                attributes: [.posixPermissions: 0o600])
        }
        return ["proxy"] + scene.cluster.flags + [
            "--in", scene.input, "--out", scene.output, "--group", scene.group, "--delivery",
            "at-least-once", "--plan", Self.plan, "--mask-key-file", key, "--record",
            scene.recording, "--schedule", scene.schedule, "-F", properties,
            "-X", "sasl.password=planted-sasl-password", "-X", "sasl.username=planted-user",
            "-X", "ssl.key.password=planted-ssl-key-password",
            "-X", "sasl.oauthbearer.config=planted-oauth-secret",
        ] + more
    }

    private func expectNoSecret(
        _ scene: Scene, but given: Set<String> = ["mask.key", "client.conf"]
    )
        throws
    {
        for name in try FileManager.default.contentsOfDirectory(atPath: scene.folder.path())
        where !given.contains(name) {
            let text = String(
                decoding: try Data(contentsOf: scene.folder.appending(path: name)), as: UTF8.self)
            for secret in Self.secrets {
                #expect(!text.contains(secret), "\(secret) in \(name): \(text.suffix(500))")
            }
        }
    }

    private func sample(_ count: Int) -> [Record] {
        (0..<count).map { index in
            Record(
                source: TopicPartition("", 0), offset: 0,
                timestamp: .create(1_700_000_000_000 + Int64(index)),
                key: Array("order-\(index)".utf8),
                value: Array(#"{"order":"order-\#(index)","customer":"customer-\#(index)"}"#.utf8))
        }
    }

    /// What is served at a port, with its head.
    private func page(port: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [
            "-c",
            "exec 3<>/dev/tcp/127.0.0.1/\(port); printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3; cat <&3",
        ]
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a run leaves no secret in its files, its words or its metrics`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 1)
        try scene.cluster.produce(sample(300), to: scene.input)
        let log = scene.path("said")
        let child = try Child(
            try arguments(
                scene, ["--metrics-port", "0", "-X", "debug=all", "-X", "log_level=7"]), log: log)
        var pages = ""
        try wait(for: "metrics") {
            try #require(child.isRunning, "\(child.said)")
            guard let port = child.all.firstMatch(of: #/http://127.0.0.1:(\d+)/metrics/#) else {
                return false
            }
            pages = try page(port: String(port.output.1))
            return pages.contains("kerfuffle_records_passed_total")
        }
        for secret in Self.secrets { #expect(!pages.contains(secret)) }
        try wait(for: "records") {
            try #require(child.isRunning, "\(child.said)")
            return try scene.sent()[0]?.isEmpty == false
        }
        child.signal(SIGTERM)
        #expect(try child.wait() == 0)
        try expectNoSecret(scene)
        let sent = try scene.cluster.contents(of: scene.output)[0] ?? []
        #expect(sent.count > 5 && sent.count < 150)
        for record in sent {
            let value = String(decoding: record.value ?? [], as: UTF8.self)
            #expect(!value.contains("order-") && !value.contains("customer-"))
            #expect(record.headers.contains(Header("kerfuffle-shadow", "true")))
        }
    }

    @Test(arguments: [SIGSEGV, SIGILL])
    func `a crash prints no memory`(signal: Int32) throws {
        let scene = try Scene(Cluster(.embedded), partitions: 1)
        try scene.cluster.produce(sample(300), to: scene.input)
        let child = try Child(try arguments(scene, []), log: scene.path("said"))
        try wait(for: "records") {
            try #require(child.isRunning, "\(child.said)")
            return try scene.sent()[0]?.isEmpty == false
        }
        child.signal(signal)
        #expect(try child.wait() == 128 + signal)
        #expect(!child.all.contains("Registers") && !child.all.contains("Backtrac"))
        try expectNoSecret(scene)
    }

    @Test(arguments: [
        ["-X", "sasl.oauthbearer.client.secret=planted-oauth-secret"],
        ["-X", "sasl.passwort=planted-sasl-password"],
        ["-X", "security.protocol=SASL_SSL", "-X", "sasl.mechanisms=PLAIN"],
        ["-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.mechanisms=OAUTHBEARER"],
    ])
    func `a refusal shows no secret`(flags: [String]) throws {
        let scene = try Scene(Cluster(.embedded), partitions: 1)
        let child = try Child(try arguments(scene, flags), log: scene.path("said"))
        #expect(try child.wait() != 0)
        try expectNoSecret(scene)
    }
}
