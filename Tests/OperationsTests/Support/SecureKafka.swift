import Foundation
import KafkaClient

/// A real Kafka of one node that serves SASL_SSL only, for one suite; it goes with it.
final class SecureKafka {
    private let folder = "/tmp/kerfuffle-secure-\(UUID().uuidString.prefix(8))"
    let brokers: String

    /// The script that starts one; nil where the machine has none.
    static let script: String? = {
        let environment = ProcessInfo.processInfo.environment
        let shared =
            environment["KERFUFFLE_SHARED"]
            ?? Run.repository.deletingLastPathComponent().appendingPathComponent("shared").path
        let path = "\(shared)/kafka/kafka"
        return FileManager.default.isExecutableFile(atPath: path) && Run.path(of: "java") != nil
            ? path : nil
    }()

    private let script: String

    init(_ script: String) throws {
        self.script = script
        try Self.start(folder, script)
        brokers = try String(contentsOfFile: "\(folder)/bootstrap", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try write("admin.conf", Self.login("admin", "admin-secret"), ["ssl.ca.location=\(ca)"])
        try write(
            "limited.conf", Self.login("limited", "limited-secret"), ["ssl.ca.location=\(ca)"])
        try write("wrong.conf", Self.login("limited", "planted-secret"), ["ssl.ca.location=\(ca)"])
        try write(
            "java.conf",
            [
                "security.protocol=SASL_SSL", "sasl.mechanism=PLAIN", "ssl.truststore.type=PEM",
                "ssl.truststore.location=\(ca)",
                "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
                    + "username=\"admin\" password=\"admin-secret\";",
            ], [])
    }

    deinit { Self.stop(folder, script) }

    /// Somebody may take its port between the look whether it is free and the start: once more then.
    private static func start(_ folder: String, _ script: String) throws {
        var errors = ""
        for _ in 1...3 {
            let start = try Run(
                ["start", folder, "--secure"], program: script, environment: ["KAFKA_HEAP": "384m"])
            if try start.wait(seconds: 120) == 0 { return }
            errors = start.errors
            stop(folder, script)
        }
        throw TestFailure("no Kafka: \(errors.suffix(1000))")
    }

    private static func stop(_ folder: String, _ script: String) {
        if let stop = try? Run(["stop", folder], program: script) {
            _ = try? stop.wait(seconds: 60)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private var ca: String { "\(folder)/ca.pem" }

    private static func login(_ user: String, _ password: String) -> [String] {
        [
            "security.protocol=SASL_SSL", "sasl.mechanism=PLAIN", "sasl.username=\(user)",
            "sasl.password=\(password)",
        ]
    }

    private func write(_ name: String, _ lines: [String], _ more: [String]) throws {
        let text = (lines + more).joined(separator: "\n") + "\n"
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    /// How a command line connects as that user.
    func flags(_ user: String) -> [String] { ["-b", brokers, "-F", "\(folder)/\(user).conf"] }

    func configuration(_ user: String) throws -> ClientConfiguration {
        let path = "\(folder)/\(user).conf"
        var configuration = ClientConfiguration(bootstrapServers: brokers)
        try configuration.append(
            file: try String(contentsOfFile: path, encoding: .utf8), named: path)
        return configuration
    }

    /// One of Kafka's own tools, as the administrator.
    func tool(_ name: String, _ arguments: [String]) throws -> String {
        let run = try Run(
            [
                "tool", name, "--bootstrap-server", brokers, "--command-config",
                "\(folder)/java.conf",
            ]
                + arguments, program: script)
        guard try run.wait(seconds: 120) == 0 else {
            throw TestFailure("\(name): \(run.output.suffix(500))\(run.errors.suffix(1000))")
        }
        return run.output
    }
}
