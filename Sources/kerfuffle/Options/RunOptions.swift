import Arguments
import Configuration
import Digests
import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording
import Reporting

/// How a group's member reads on: what `proxy` and `record` have in common.
struct RunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The consumer group; none: named after the topics.", example: "kerfuffle-orders"),
        as: .name)
    var group: String?

    @Option(
        help: ArgumentHelp(
            "This instance's name, its own and the same after a restart (transactional.id); none: "
                + "of the group, this host and the files.",
            example: "kerfuffle-orders-1"),
        as: .name)
    var instance: String?

    @Option(
        help: ArgumentHelp(
            "Where a partition begins that the group has no position in: earliest, latest, "
                + "offset:1200 or time:2023-11-14T22:13:20Z."))
    var from: FirstPosition = .earliest

    @Option(
        help: "What is done where retention took what was to be read next; the schedule names it.")
    var onOffsetOutOfRange: OutOfRange = .stop

    enum OutOfRange: String, CaseIterable, ExpressibleByArgument {
        case stop, earliest, latest

        var policy: Loss.Policy? { Loss.Policy(rawValue: rawValue) }
    }

    @Flag(help: "Run to the ends noted at the start, close the last windows there and stop.")
    var untilEnd = false

    @Option(
        help: "A commit is made at this age.",
        as: ArgumentType(.duration, valueName: "time", spell: \.spelled))
    var commitInterval = Duration.milliseconds(100)

    @Option(
        help: "A commit is made when it holds so many bytes.",
        as: .size(1...Int.max))
    var commitBytes = 16 << 20

    @Option(
        help: "Records held in memory; the client library's queues take half as much on top.",
        as: .size(ProxyConfiguration.leastMemoryBytes...Int.max))
    var memory = 256 << 20

    @Option(
        help: ArgumentHelp(
            "The key of the plan's masks, in a file of mode 0600; none: as mask.secret says, or the "
                + "environment variable KERFUFFLE_MASK_KEY.",
            example: "mask.key"),
        completion: .files(extensions: []))
    var maskKeyFile: String?

    @Flag(help: "Each commit's files survive a loss of power before it is made.")
    var fsync = false

    @Flag(
        help: ArgumentHelp(
            "Print what would be done, and everything that will not do, and touch nothing: no "
                + "group, no file, no transaction."))
    var dryRun = false

    @OptionGroup(title: "Operations") var metrics: MetricsOptions
    @OptionGroup(title: "Operations") var log: LogOptions

    @Option(help: "How the counts at the end are printed.")
    var format: OutputFormat = .text

    /// What a dry run found to be wrong before there was a configuration.
    struct Findings {
        var errors: [any Error] = []
        var knowsPlan = true

        mutating func add(ofPlan error: any Error) {
            errors.append(error)
            knowsPlan = false
        }
    }

    /// The group of a run that names none.
    static func group(of routes: [Route]) -> String {
        let output = routes.compactMap(\.output).joined(separator: ".")
        let input = routes.map(\.input).joined(separator: ".")
        return output.isEmpty ? "kerfuffle.record.\(input)" : "kerfuffle.\(output)"
    }

    /// The plan's document; in a dry run that goes on, `substitute` in place of one that will not do.
    func document(
        _ findings: inout Findings, or substitute: PlanDocument, _ read: () throws -> PlanDocument
    ) throws -> PlanDocument {
        do { return try read() } catch {
            if !dryRun { throw error }
            findings.add(ofPlan: error)
            return substitute
        }
    }

    /// The configuration of a run.
    func configuration(
        _ client: ClientConfiguration, _ routes: [Route], _ document: PlanDocument,
        files: JournalFiles, _ findings: inout Findings
    ) throws -> ProxyConfiguration {
        var document = document
        if dryRun {
            do { _ = try document.keyed(file: maskKeyFile) } catch {
                findings.add(ofPlan: error)
                document.plan.mask = nil
            }
        }
        let (plan, key) = try document.keyed(file: maskKeyFile)
        let group = group ?? Self.group(of: routes)
        var configuration = ProxyConfiguration(
            client: client, group: group,
            instance: instance ?? Self.instance(group, files.paths), routes: routes, plan: plan,
            paths: files.paths, tool: files.writing.tool ?? Kerfuffle.tool)
        configuration.maskKey = key
        configuration.recordingID = files.writing.recordingId
        configuration.first = from
        configuration.onOffsetOutOfRange = onOffsetOutOfRange.policy
        configuration.untilEnd = untilEnd
        configuration.commitInterval = commitInterval
        configuration.commitBytes = commitBytes
        configuration.memoryBytes = memory
        configuration.synchronizes = fsync
        configuration.isMeasured = metrics.isWanted
        configuration.recording = files.writing.writerOptions
        let ofPlan = files.record == nil ? nil : document.operations.retention
        if let retention = files.retention ?? ofPlan {
            configuration.retention = retention
            configuration.paths = JournalPaths(recording: files.record, schedule: files.schedule)
            configuration.partBytes = files.writing.rotate
            configuration.recording.rotateBytes = nil
        }
        return configuration
    }

    /// The same after a restart, and different for two instances of a group: each has a host or files
    /// of its own.
    private static func instance(_ group: String, _ paths: JournalPaths) -> String {
        let host = "\(group).\(ProcessInfo.processInfo.hostName)"
        guard let path = paths.schedule ?? paths.recording else { return host }
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        let digest = SHA256.digest(of: Array(absolute.utf8)).description
        return "\(host).\(digest.prefix(8))"
    }

    /// Prints what a run would do.
    ///
    /// - Throws: the exit code that the first refusal has.
    private func preview(_ configuration: ProxyConfiguration, _ findings: Findings) throws {
        var findings = findings
        if metrics.isWanted {
            do { _ = try metrics.serve(ProxyMeter()) } catch { findings.errors.append(error) }
        }
        let preview = Proxy.preview(
            configuration, found: findings.errors, knowsPlan: findings.knowsPlan)
        try format.print(text: PreviewReport.text(preview), json: PreviewReport.json(preview))
        if let refusal = preview.refusals.first { throw Failure(refusal.cause).exitCode }
    }

    /// Opens and runs it, and prints what it came to.
    func run(
        _ configuration: ProxyConfiguration, files: JournalFiles, _ findings: Findings,
        _ display: ProxyDisplay
    ) throws {
        if dryRun { return try preview(configuration, findings) }
        let meter = metrics.isWanted ? ProxyMeter() : nil
        let server = try meter.flatMap { try metrics.serve($0) }
        defer { withExtendedLifetime(server) {} }
        if let server { display.tellMetrics(at: server.address) }
        let statistics = try Proxy.keepRunning(
            configuration, observer: display.observer(meter),
            makeRecordingID: { UUID().uuidString.lowercased() },
            shouldStop: {
                if StopSignals.isToBeTold {
                    display.log.notice(StopSignals.sentence, metadata: ["event": "stopping"])
                }
                return StopSignals.isRaised
            })
        let sendsNothing = configuration.routes.allSatisfy { $0.output == nil }
        let report = sendsNothing ? ProxyReport.recorded : ProxyReport.text
        try format.print(text: report(statistics), json: ProxyReport.json(statistics))
        if let failure = statistics.recordingFailure {
            throw Failure(
                .files,
                "\(failure); the run went on: \(statistics.unrecorded) records that passed since are in "
                    + "no file")
        }
    }
}

/// Where a run writes what came in and what was decided.
struct JournalFiles: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Record what comes in to this file (or folder, with --rotate).", valueName: "file",
            example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Write the schedule to this file; none: beside the recording, if there is one.",
            valueName: "file", example: "orders.jsonl"),
        completion: .files(extensions: ["jsonl"]))
    var schedule: String?

    @Option(
        help: ArgumentHelp(
            "Remove recordings whose last record is older: --record is a folder of them then.",
            example: "168h"),
        as: ArgumentType(.duration, valueName: "time", spell: \.spelled))
    var retainAge: Duration?

    @Option(
        help: ArgumentHelp(
            "Remove the oldest recordings where all are larger; --rotate is the size of each.",
            example: "10GiB"),
        as: .size(1...Int.max))
    var retainSize: Int?

    @OptionGroup var writing: RecordingOptions

    func validate() throws {
        if let record, record == schedule {
            throw ValidationError(
                "--record and --schedule are both \(record); each is a file of its own")
        }
    }

    /// nil where no flag asks for it.
    var retention: Operations.Retention? {
        retainAge == nil && retainSize == nil
            ? nil : Operations.Retention(age: retainAge, bytes: retainSize)
    }

    var paths: JournalPaths {
        JournalPaths(recording: record, schedule: schedule ?? record.map(Self.schedule(beside:)))
    }

    /// `orders.mcap` has `orders.jsonl` beside it.
    static func schedule(beside recording: String) -> String {
        let end = recording.hasSuffix("/") ? String(recording.dropLast()) : recording
        return (end.hasSuffix(".mcap") ? String(end.dropLast(5)) : end) + ".jsonl"
    }

    /// Each recording with its schedule, the one beside it where none is given; of a folder that retention
    /// keeps all pairs.
    static func pairs(
        _ recordings: [String], _ schedules: [String]
    ) throws -> [(recording: String, schedule: String)] {
        var pairs: [(recording: String, schedule: String)] = []
        for (index, recording) in recordings.enumerated() {
            if PairFolder.isOne(recording) {
                pairs += try PairFolder(recording).pairs()
                continue
            }
            if !schedules.isEmpty {
                pairs.append((recording, schedules[index]))
                continue
            }
            let path = schedule(beside: recording)
            let found = [path, "\(path).zst"].first(where: FileManager.default.fileExists(atPath:))
            guard let found else {
                throw Failure(
                    .files,
                    "\(recording): no schedule \(path) or \(path).zst beside it; give --schedule for "
                        + "each recording")
            }
            pairs.append((recording, found))
        }
        return pairs
    }
}
