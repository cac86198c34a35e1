import Foundation
import Perturbation
import Recording

/// A plan on disk.
enum PlanFile {
    static func read(_ path: String) throws -> Plan {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw Failure(.input, "\(path): cannot be read: \(error.localizedDescription)")
        }
        return try Plan(yaml: Array(bytes), file: path, gaps: { try RecordedGaps.read($0) })
    }
}
