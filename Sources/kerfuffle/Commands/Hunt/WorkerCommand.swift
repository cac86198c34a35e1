import Arguments
import Foundation
import Hunting
import Reporting

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "worker",
        abstract: "Run trials of a hunt that goes on elsewhere, together with other workers.",
        discussion:
            "`kerfuffle hunt FILE --via KAFKA` orders trials there, and any number of workers with the same file and "
            + "the same --set share them as one consumer group. Commands and paths are those of the "
            + "worker's own file: nothing that comes over Kafka is executed. A worker that ends, kill -9 "
            + "included, loses nothing: what it has not answered goes to others. It ends with the hunt.",
        examples: [
            CommandExample(
                "kerfuffle worker payments.yaml --via kafka:9092",
                "Work until the hunt is over, four trials a core at a time")
        ])

    @OptionGroup var input: HuntFileOptions
    @OptionGroup var via: ViaOptions

    @Option(
        help: ArgumentHelp("How many trials go on at once; none: four for each core."),
        as: ArgumentType(.integer.within(1...1000)))
    var jobs: Int?

    @Flag(help: "Wait for the next hunt with the same file when one is over.")
    var stay = false

    func validate() throws {
        if via.via == nil {
            throw ValidationError("no Kafka is given from which trials come; write --via host:port")
        }
    }

    mutating func run() throws {
        StopSignals.install(announcing: true, joinsPairs: true)
        try huntReporting {
            let document = try input.document()
            guard let topics = try via.topics(of: document.hunt) else { return }
            let id = ProcessInfo.processInfo.processIdentifier
            let folder = NSTemporaryDirectory() + "kerfuffle-worker-\(id)"
            let console = Console()
            let worker = try HuntWorker(
                document, topics: topics, folder: folder,
                width: jobs ?? 4 * ProcessInfo.processInfo.activeProcessorCount,
                name: "\(ProcessInfo.processInfo.hostName)/\(id)",
                tell: { console.say("kerfuffle: \($0)") }, shouldStop: { StopSignals.isRaised })
            do {
                try worker.work(stays: stay)
            } catch let error as HuntError where error.kind == .stopped {}
            // What a message names stays: an error has thrown before this.
            try? FileManager.default.removeItem(atPath: folder)
            try show("\(worker.trials) trial\(worker.trials == 1 ? "" : "s")\n")
        }
    }
}
