import Arguments
import Foundation
import Hunting
import Perturbation

struct HuntCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "hunt", abstract: "Hunt for Heisenbugs in a real consumer.")

    @Argument(help: "The hunt file.", completion: .files(extensions: ["yaml"]))
    var file: String

    mutating func run() throws {
        StopSignals.install(announcing: true)
        try reporting {
            let document = try HuntDocument(path: file)
            let bench = try TrialBench(
                document.hunt, folder: NSTemporaryDirectory() + "kf-hunt",
                shouldStop: { StopSignals.isRaised })
            let workload = try document.hunt.makeWorkload()
            let input = TrialInput(
                number: 0, seed: "0", workload: workload, schedule: TrialSchedule(),
                origin: "baseline")
            let outcome = try bench.run(input, keepsFolder: true)
            try show(
                "\(outcome.ending) \(outcome.readyMs) \(outcome.wallMs) \(outcome.cpuMs) \(outcome.folder)\n"
            )
            for (name, records) in outcome.observed.sorted(by: { $0.key < $1.key }) {
                for record in records {
                    try show(
                        "\(name) \(record.source)@\(record.offset) \(String(decoding: record.key ?? [], as: UTF8.self)) \(String(decoding: record.value ?? [], as: UTF8.self))\n"
                    )
                }
            }
        }
    }
}
