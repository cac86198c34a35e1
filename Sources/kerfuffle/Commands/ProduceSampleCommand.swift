import Arguments
import Configuration
import Foundation
import Interchange
import KafkaClient
import Recording
import Records
import Reporting
import Samples

struct ProduceSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "produce-sample", abstract: "Write a shop's order events, made from a seed.",
        discussion:
            "The same options give the same records, anywhere. They go to a topic that is there and "
            + "empty, or with --to-recording into a recording, without any broker.",
        examples: [
            CommandExample(
                "kerfuffle produce-sample -b localhost:9092 --topic orders --records 1000",
                "1000 records for an empty topic"),
            CommandExample(
                "kerfuffle produce-sample --to-recording orders.mcap --records 1000 --partitions 8",
                "The same stream in a file"),
        ])

    @OptionGroup(title: "Kafka") var kafka: BrokerOptions

    @Option(help: ArgumentHelp("The topic.", example: "orders")) var topic: String = "orders"

    @Option(help: "How many records.") var records: UInt64 = 1000

    @Option(help: ArgumentHelp("Everything is drawn from this text.", example: "s1"))
    var seed: String = "shop"

    @Option(help: "Orders that are open at a time; their numbers are the keys.")
    var keys: UInt32 = 100

    @Option(help: "How the key chooses the partition.")
    var partitioner: Partitioner = .murmur2

    @Option(help: "Partitions to spread over; none: all of the topic, and 4 in a recording.")
    var partitions: Int32?

    @Option(
        help: ArgumentHelp(
            "Fill values up to this size with letters that do not compress.", example: "1KiB"),
        as: .size(0...Int.max))
    var valueBytes: Int = 0

    @Option(
        help: ArgumentHelp(
            "The time of the first record: a time, or now.", example: "2023-11-14T22:13:20Z"))
    var start: StartArgument = StartArgument(milliseconds: 1_700_000_000_000)

    @Option(
        help: ArgumentHelp("Write that fast; none: as fast as can be.", example: "500/s"),
        as: ArgumentType(.rate))
    var rate: Rate?

    @Flag(help: "Write behind the records that the topic holds.")
    var append = false

    @Option(
        help: ArgumentHelp(
            "Write a recording instead of a topic.", valueName: "file", example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var toRecording: String?

    @OptionGroup(title: "Recording") var recording: RecordingOptions

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if toRecording == nil && kafka.brokers == nil {
            throw ValidationError("where to? give --brokers and --topic, or --to-recording")
        }
        if toRecording != nil && (append || rate != nil) {
            throw ValidationError("--append and --rate are for topics, not for --to-recording")
        }
        if let partitions, partitions < 1 {
            throw ValidationError("--partitions \(partitions): at least 1")
        }
        if keys < 1 { throw ValidationError("--keys 0: at least 1") }
    }

    mutating func run() throws {
        StopSignals.install()
        try reporting {
            var options = OrderStream.Options()
            options.seed = seed
            options.topic = topic
            options.partitioner = partitioner
            options.openOrders = keys
            options.valueBytes = valueBytes
            options.startMs = start.milliseconds
            if let path = toRecording {
                options.partitions = partitions ?? 4
                try write(options, toRecording: path)
            } else {
                try write(options, toTopic: topic)
            }
        }
    }

    private func write(_ options: OrderStream.Options, toTopic name: String) throws {
        let target = try SampleTopic(
            name, client: try kafka.client(), allowsAppending: append, oldestMs: options.startMs,
            nowMs: StartArgument.now.milliseconds)
        warn(target.notices)
        if let partitions, partitions > target.partitions {
            throw Failure(
                .usage, "--partitions \(partitions): the topic \(name) has \(target.partitions)")
        }
        var options = options
        options.partitions = partitions ?? target.partitions
        var stream = OrderStream(options)
        let progress = Progress("records", of: records)
        defer { progress.finish() }
        let written = try target.write(
            &stream, count: records, rate: rate, shouldStop: { StopSignals.isRaised },
            onProgress: progress.update)
        progress.finish()
        try tell(written, "the topic \(name)", "topic", name)
    }

    private func write(_ options: OrderStream.Options, toRecording path: String) throws {
        var stream = OrderStream(options)
        let recorder = try BulkRecorder(
            creating: path, identity: recording.identity, options: recording.writerOptions)
        let progress = Progress("records", of: records)
        defer { progress.finish() }
        do {
            while stream.count < records, !StopSignals.isRaised {
                let (record, arrivalNs) = stream.next()
                try recorder.append(record, arrivalNs: arrivalNs)
                if stream.count % 1000 == 0 { progress.update(stream.count) }
            }
            try recorder.close()
        } catch {
            recorder.discard()
            throw error
        }
        progress.finish()
        try tell(recorder.records, path, "recording", path)
    }

    private func tell(
        _ count: UInt64, _ place: String, _ member: String, _ name: String
    ) throws {
        try output.print(
            text: "\(count) records in \(place)\n",
            json: .object([
                .init("records", .number(String(count))), .init(member, .string(name)),
            ]))
    }
}

extension Partitioner: ExpressibleByArgument {}

/// A time or `now`.
struct StartArgument: ExpressibleByArgument {
    /// Since 1970.
    let milliseconds: Int64

    var text: String { UTCTime.text(milliseconds: milliseconds) }

    static var now: StartArgument {
        StartArgument(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    static var argumentType: ArgumentType<StartArgument> {
        ArgumentType(valueName: "time", spell: \.text) { text in
            if text == "now" { return .success(now) }
            return TimeArgument.argumentType.parse(text).map {
                StartArgument(milliseconds: Int64($0.nanoseconds / 1_000_000))
            }
        }
    }
}
