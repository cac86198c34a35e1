import Perturbation
import Proxy

/// What a run would do, for people and for programs.
public enum PreviewReport {
    public static func text(_ preview: ProxyPreview) -> String {
        let configuration = preview.configuration
        let output = configuration.target.map { $0.client["bootstrap.servers"] ?? "" }
        var text = TextTable.pairs(
            [
                ("cluster", cluster(preview) + (output.map { ", output at \($0)" } ?? "")),
                ("group", configuration.group),
                ("instance", configuration.instance),
                ("guarantee", guarantee(configuration)),
                ("plan", "\(configuration.plan.digest), seed \"\(configuration.plan.seed)\""),
            ])
        text += "\nplan\n  \(configuration.plan.canonicalText)\n"
        if !preview.topics.isEmpty { text += "\ntopics\n" }
        for topic in preview.topics {
            text += "  \(side(topic.route.input, topic.inputPartitions))"
            if let output = topic.route.output {
                text += " -> \(side(output, topic.outputPartitions))"
            }
            text += "\n"
        }
        if !preview.partitions.isEmpty {
            let records = preview.partitions.reduce(0) { $0 + max(0, $1.end - $1.start) }
            text += "\npartitions, \(records) offsets up to their ends\n"
            for line in ProxyReport.beginnings(preview.partitions) { text += "  \(line)\n" }
        }
        if !preview.files.isEmpty { text += "\nfiles\n" }
        for file in preview.files {
            let kind = file.isRecording ? "recording" : "schedule"
            text += "  \(kind) \(file.path): \(state(file, preview))\n"
        }
        for notice in preview.notices { text += "\nnote: \(notice)\n" }
        if !preview.refusals.isEmpty { text += "\nrefused\n" }
        for refusal in preview.refusals { text += "  \(refusal.message)\n" }
        return text + "\nnothing was touched\n"
    }

    private static func cluster(_ preview: ProxyPreview) -> String {
        let brokers = preview.configuration.client["bootstrap.servers"] ?? ""
        return preview.cluster.isEmpty ? brokers : "\(preview.cluster) at \(brokers)"
    }

    private static func guarantee(_ configuration: ProxyConfiguration) -> String {
        configuration.isRecordOnly
            ? "exactly once, into files" : configuration.delivery.rawValue
    }

    private static func side(_ topic: String, _ partitions: Int?) -> String {
        partitions.map { "\(topic) (\($0) partitions)" } ?? "\(topic) (not there)"
    }

    private static func state(_ file: ProxyPreview.File, _ preview: ProxyPreview) -> String {
        switch file.state {
        case .new: "new"
        case .goesOn: "goes on, recording id \(preview.recordingID ?? "")"
        case .isThere: "is there"
        }
    }

    private static func name(of state: ProxyPreview.File.State) -> String {
        switch state {
        case .new: "new"
        case .goesOn: "goes on"
        case .isThere: "there"
        }
    }

    /// The same as one object of JSON.
    public static func json(_ preview: ProxyPreview) -> JSONValue {
        let configuration = preview.configuration
        let plan = try? JSONValue(parsing: configuration.plan.canonicalText)
        return .members([
            ("cluster", .string(preview.cluster)),
            ("brokers", .string(configuration.client["bootstrap.servers"] ?? "")),
            (
                "output_brokers",
                configuration.target?.client["bootstrap.servers"].map { .string($0) }
            ),
            ("group", .string(configuration.group)),
            ("instance", .string(configuration.instance)),
            ("guarantee", .string(guarantee(configuration))),
            ("plan_digest", .string(configuration.plan.digest)), ("plan", plan ?? .null),
            (
                "topics",
                .array(
                    preview.topics.map { topic in
                        .members([
                            ("input", .string(topic.route.input)),
                            (
                                "input_partitions",
                                topic.inputPartitions.map { .number($0) } ?? .null
                            ),
                            ("output", topic.route.output.map { .string($0) }),
                            (
                                "output_partitions",
                                topic.route.output.map { _ in
                                    topic.outputPartitions.map { .number($0) } ?? .null
                                }
                            ),
                        ])
                    })
            ),
            (
                "partitions",
                .array(
                    preview.partitions.map { one in
                        .members([
                            ("topic", .string(one.source.topic)),
                            ("partition", .number(one.source.partition)),
                            ("start", .number(one.start)), ("end", .number(one.end)),
                            ("epoch", .number(one.epoch)),
                            ("output", one.output.map { .string($0) }),
                        ])
                    })
            ),
            (
                "files",
                .array(
                    preview.files.map { file in
                        .members([
                            ("path", .string(file.path)),
                            ("kind", .string(file.isRecording ? "recording" : "schedule")),
                            ("state", .string(name(of: file.state))),
                        ])
                    })
            ),
            ("recording", preview.recordingID.map { .string($0) }),
            ("notices", .array(preview.notices.map { .string($0) })),
            ("refusals", .array(preview.refusals.map { .string($0.message) })),
        ])
    }
}
