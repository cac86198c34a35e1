import Arguments
import Configuration
import Foundation
import KafkaClient
import Logging
import Perturbation
import Proxy
import Recording
import Records
import Reporting

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "replay",
        abstract: "Emit a recording again: by its schedule, by a plan, or as it was.",
        discussion:
            "With --schedule alone every decision of it is carried out, without generator. With --plan, "
            + "--seed or another option of a plan the windows are drawn anew, and what a clock closed in "
            + "the schedule is closed there again. With neither the records go out as they came.",
        examples: [
            CommandExample(
                "kerfuffle replay orders.mcap --schedule orders.jsonl --to-recording again.mcap",
                "The same output again, into a file"),
            CommandExample(
                "kerfuffle replay orders.mcap --plan jitter.yaml --schedule-out jitter.jsonl "
                    + "-b localhost:9092 --in orders --out orders.shadow --pace recorded",
                "Another plan on the same traffic, as fast as it came"),
            CommandExample(
                "kerfuffle replay orders.mcap --plan jitter.yaml --seed s2 --schedule-out s2.jsonl "
                    + "--to-recording s2.mcap",
                "The same plan with another seed, into a file"),
        ])

    @Argument(
        help: "What went in; several of one group go together by their schedules.",
        completion: .files(extensions: ["mcap"]))
    var recording: [String]

    @Option(
        help: ArgumentHelp(
            "What was decided on it; one for each recording, in the same order.",
            example: "orders.jsonl"),
        completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: [String] = []

    @Option(
        help: ArgumentHelp(
            "With a plan: write what it decides to this file.", example: "again.jsonl"))
    var scheduleOut: String?

    @Option(
        help: ArgumentHelp("Emit into this recording.", example: "out.mcap"),
        completion: .files(extensions: ["mcap"]))
    var toRecording: String?

    @Option(
        help: ArgumentHelp(
            "How fast: full, recorded, 2x (twice as fast as recorded) or 500/s.",
            example: "recorded"))
    var pace: Pace = .full

    @OptionGroup var writing: WritingOptions

    @OptionGroup var positions: PositionOptions
    @OptionGroup var topics: TopicMap
    @OptionGroup(title: "Plan") var planning: PlanOptions
    @OptionGroup(title: "Kafka") var kafka: BrokerOptions
    @OptionGroup(title: "The proxy's output cluster, for --group") var target: TargetOptions
    @OptionGroup(title: "Operations") var metrics: MetricsOptions
    @OptionGroup(title: "Operations") var log: LogOptions

    func validate() throws {
        if scheduleOut != nil && !planning.isGiven {
            throw ValidationError(
                "--schedule-out goes with --plan, --seed or another option of a plan: nothing is decided "
                    + "without one")
        }
        if !schedule.isEmpty && schedule.count != recording.count {
            throw ValidationError(
                "\(recording.count) recordings and \(schedule.count) --schedule: they go in pairs")
        }
        if toRecording != nil && !topics.output.isEmpty {
            throw ValidationError("--to-recording and --out: a replay goes to one place")
        }
    }

    mutating func run() throws {
        StopSignals.install(isFilter: toRecording == nil && topics.output.isEmpty)
        let display = log.display(isService: false)
        try log.reporting(display) {
            let meter = metrics.isWanted ? ReplayMeter() : nil
            let server = try meter.flatMap { try metrics.serve($0) }
            defer { withExtendedLifetime(server) {} }
            if let server { display.tellMetrics(at: server.address) }
            let replay = try opened(display.log, meter)
            let progress = Progress("deliveries")
            defer { progress.finish() }
            do {
                try replay.run(
                    shouldStop: { StopSignals.isRaised }, progress: { progress.update(UInt64($0)) })
            } catch {
                replay.discard()
                throw error
            }
            progress.finish()
            let stopped = StopSignals.isRaised ? ", then stopped" : ""
            display.log.notice(
                "\(replay.delivered) deliveries\(stopped)",
                metadata: [
                    "event": "replayed", "deliveries": .integer(Int64(replay.delivered)),
                    "stopped": .string(stopped.isEmpty ? "no" : "yes"),
                ])
        }
    }

    /// What can fail before anything is written comes first; what is written goes again where the rest does.
    private func opened(_ log: Logger, _ meter: ReplayMeter?) throws -> Replay {
        let name = try topics.names()
        let pairs = try schedule.isEmpty ? [] : JournalFiles.pairs(recording, schedule)
        let input = Replay.Input(
            recordings: schedule.isEmpty ? recording : pairs.map(\.recording),
            schedules: pairs.map(\.schedule),
            committed: schedule.isEmpty
                ? nil : try positions.committed(of: pairs.map(\.schedule), kafka, target))
        let what = try what()
        let sink = try sink(log, meter)
        do {
            return try Replay(input, what, pace: pace, to: sink, output: name, meter: meter)
        } catch {
            sink.discard()
            throw error
        }
    }

    private func what() throws -> Replay.What {
        if planning.isGiven {
            return .plan(
                try planning.document().plan, scheduleTo: scheduleOut, tool: Kerfuffle.tool)
        }
        return schedule.isEmpty ? .asItWas : .schedule
    }

    private func sink(_ log: Logger, _ meter: ReplayMeter?) throws -> any ReplaySink {
        if let toRecording {
            let id = try RecordingReader(path: recording[0]).identity?.id ?? ""
            return RecordingSink(
                try RecordingWriter(
                    creating: toRecording,
                    identity: RecordingIdentity(
                        id: id.isEmpty ? "replay" : "\(id).replay", tool: Kerfuffle.tool)))
        }
        if topics.output.isEmpty { return try TextSink() }
        let routing = try Routing(topics.routes)
        let named = topics.routes.filter { !$0.isPattern }.compactMap(\.output)
        try writing.shadow.check(outputs: named)
        var partitions: [String: Int] = [:]
        for (topic, highest) in try recording.flatMap({
            try RecordedTopics.highestPartitions(in: $0)
        }) {
            partitions[topic] = max(partitions[topic] ?? 0, Int(highest) + 1)
        }
        let unnamed = partitions.keys.filter { routing.route(of: $0) == nil }
        guard unnamed.isEmpty else {
            throw ProxyError(
                .refused,
                "the recording holds records of \(unnamed.sorted().joined(separator: ", ")), "
                    + "which no --in names; say with --in and --out where they go")
        }
        let routes = routing.routes(of: partitions.keys)
        try writing.shadow.check(outputs: routes.compactMap(\.output))
        let needed = routes.compactMap { route in
            route.output.map { ($0, partitions[route.input] ?? 0) }
        }
        return try TopicSink(
            opening: try kafka.client(), outputs: Dictionary(needed, uniquingKeysWith: max),
            allowsLogAppendTime: writing.allowLogAppendTime, log: log, meter: meter)
    }
}

extension Pace: ExpressibleByArgument {
    public static var argumentType: ArgumentType<Pace> {
        ArgumentType(
            valueName: "pace", completion: .words(["full", "recorded"]), spell: { "\($0)" },
            parse: parse)
    }

    private static func parse(_ text: String) -> Result<Pace, InvalidArgument> {
        if text == "full" { return .success(.full) }
        if text == "recorded" { return .success(.recorded(factor: 1)) }
        if text.hasSuffix("x"), let speed = Double(text.dropLast()), speed > 0, speed.isFinite {
            return .success(.recorded(factor: 1 / speed))
        }
        if case .success(let rate) = ValueParser<Rate>.rate.parse(text) {
            return .success(.rate(Double(rate.events) / Double(rate.seconds)))
        }
        return .failure(
            InvalidArgument("\"\(text)\" is no pace; write full, recorded, 2x or 500/s"))
    }
}
