import Arguments
import Exploration
import Foundation
import Hunting
import Hypotheses

/// A counterexample as a hypothesis about a real consumer.
struct HypothesisOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder to make: a hunt file that tries what was found on a real consumer.",
            valueName: "folder", example: "orders.hypothesis"))
    var toHunt: String?

    @Option(
        help: ArgumentHelp(
            "The hunt file of that consumer, whose system, observations, invariants and records are taken; "
                + "none: a template to fill in.", valueName: "hunt.yaml", example: "payments.yaml"),
        completion: .files(extensions: ["yaml", "yml"]))
    var hunt: String?

    /// - Throws: what is wrong with the hunt file, or a folder that is there already, before long work is begun.
    func base() throws -> HuntDocument? {
        if let toHunt, FileManager.default.fileExists(atPath: toHunt) {
            throw Failure(.files, "\(toHunt): is there already; --to-hunt names a new folder")
        }
        return try hunt.map { try HuntDocument(path: $0) }
    }

    func write(_ found: Counterexample, _ model: Model, _ base: HuntDocument?) throws {
        guard let toHunt else { return }
        let leftOut = try HypothesisFolder(found, model, base: base).write(to: toHunt)
        warn(leftOut.map { "not in the hunt: \($0)" })
    }

    func validate() throws {
        if hunt != nil && toHunt == nil {
            throw ValidationError("--hunt says nothing without --to-hunt FOLDER")
        }
    }
}
