import Configuration
import Perturbation
import Recording

/// A plan on disk.
enum PlanFile {
    static func read(_ path: String) throws -> PlanDocument {
        try PlanDocument(
            yaml: try SmallFile.bytes(path), file: path, gaps: { try RecordedGaps.read($0) })
    }
}
