import Arguments
import Foundation
import Hunting
import KafkaClient
import Recording

struct HuntInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "init", abstract: "Write a commented hunt file to start from.",
        discussion:
            "Topics get as many partitions as a recording or a cluster says they have, else one. Nothing is "
            + "started. `kerfuffle hunt FILE --dry-run` then tries the file.",
        examples: [
            CommandExample(
                "kerfuffle hunt init --command 'python3 payments.py' --input orders "
                    + "--observe charges --recording orders.mcap -o payments.yaml",
                "From a recording"),
            CommandExample(
                "kerfuffle hunt init --command ./payments --input orders --observe charges "
                    + "--brokers localhost:9092 -o payments.yaml",
                "With the partitions that a cluster has"),
        ])

    @Option(help: ArgumentHelp("How the system is started.", example: "python3 payments.py"))
    var command: String

    @Option(help: ArgumentHelp("A topic that the system reads.", example: "orders"))
    var input: [String]

    @Option(help: ArgumentHelp("A topic that it writes.", example: "charges"))
    var observe: [String] = []

    @Option(
        help: ArgumentHelp(
            "A name for an HTTP service that it calls, for which the hunt stands in.",
            valueName: "name",
            example: "provider"))
    var call: [String] = []

    @Option(
        help: ArgumentHelp(
            "A command that prints the system's state, one JSON object a line.",
            valueName: "command"
        ))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "A recording to feed; none: operations are generated.", valueName: "file"),
        completion: .files(extensions: ["mcap"]))
    var recording: String?

    @Option(help: ArgumentHelp("A cluster to ask for numbers of partitions.", valueName: "servers"))
    var brokers: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where it is written; none: standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        if observe.isEmpty && call.isEmpty && state == nil {
            throw ValidationError([
                "nothing is observed: give --observe TOPIC, --call NAME (of a service) or --state COMMAND"
            ])
        }
    }

    mutating func run() throws {
        try huntReporting {
            let partitions = try partitions()
            let text = HuntTemplate(
                command: command, inputs: input.map { ($0, partitions[$0] ?? 1) },
                outputs: observe.map { ($0, partitions[$0] ?? 1) }, calls: call, state: state,
                recording: recording
            ).text
            // What is written is a hunt file; a mistake in it would be this program's own.
            _ = try HuntDocument(yaml: Array(text.utf8), path: output ?? "hunt.yaml")
            guard let output else { return try show(text) }
            if FileManager.default.fileExists(atPath: output) {
                throw Failure(.files, "\(output): is there already; name another file")
            }
            try ResultFile.write(text, to: output)
        }
    }

    private func partitions() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        if let recording {
            let reader = try RecordingReader(path: recording)
            while try reader.next() {
                counts[reader.source.topic] = max(
                    counts[reader.source.topic] ?? 0, Int(reader.source.partition) + 1)
            }
            for topic in input where counts[topic] == nil {
                throw Failure(.input, "\(recording): has no record of \(topic)")
            }
        }
        if let brokers {
            let admin = try Admin(ClientConfiguration(bootstrapServers: brokers))
            for topic in input + observe {
                let described = try admin.metadata(topic: topic, timeout: .seconds(10))
                let found = described.topics.first { $0.name == topic && $0.error == nil }
                guard let found else { throw Failure(.input, "\(brokers): has no topic \(topic)") }
                counts[topic] = found.partitions.count
            }
        }
        return counts
    }
}
