import Exploration
import Foundation
import Reporting
import Results

/// The folder of an exploration: what it has done, and the reproducer of what it found.
struct ExplorationFolder {
    let path: String
    let memory: ExplorationMemory

    /// - Parameters:
    ///   - resumes: whether one that is in it may be gone on with.
    ///   - asked: all that the exploration is a function of; one of another is refused.
    init(_ path: String, resumes: Bool, asked: Asked) throws {
        self.path = path
        let results = path + "/exploration.db"
        if FileManager.default.fileExists(atPath: results) {
            guard resumes else {
                throw Failure(
                    .files,
                    "\(path): an exploration is in it; --resume goes on with it, --output names another"
                )
            }
        } else {
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true)
            } catch {
                throw Failure(.files, "\(path): cannot be made: \(error.localizedDescription)")
            }
        }
        memory = ExplorationMemory(
            try TrialResults(
                path: results, identity: asked.digest, description: asked.text,
                difference: { asked.difference(from: Asked(text: $0)) }),
            folder: path, say: { warn([$0]) })
    }

    /// - Returns: the reproducer's folder.
    func write(
        _ reproducer: ExplorationReproducer, _ reduction: Reduction, _ tried: [Prevention]
    ) throws -> String {
        let name = ExplorationReproducer.folderName(reduction.counterexample)
        let folder = "\(path)/reproducers/\(name)"
        try reproducer.write(reduction, tried, to: folder)
        return folder
    }
}
