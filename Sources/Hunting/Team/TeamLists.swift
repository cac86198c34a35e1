import Foundation

/// What a team keeps beside its hunt files: failures that do not count for now, and what escaped.
public struct TeamLists: Sendable {
    public var quarantine: Quarantine
    public var escapes: Escapes

    public init(quarantine: Quarantine = Quarantine(), escapes: Escapes = Escapes()) {
        self.quarantine = quarantine
        self.escapes = escapes
    }

    /// Reads `quarantine.yaml` and `escapes.yaml` from a folder as far as they are there, or files of other names,
    /// which must be.
    ///
    /// - Throws: as ``Quarantine/init(path:today:)``; with the problems of the first file that has some.
    public init(besides folder: String, quarantine: String?, escapes: String?) throws {
        self.init()
        func path(_ given: String?, _ name: String) -> String? {
            let usual = folder + "/" + name
            return given ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil)
        }
        if let path = path(quarantine, "quarantine.yaml") {
            self.quarantine = try Quarantine(path: path)
        }
        if let path = path(escapes, "escapes.yaml") { self.escapes = try Escapes(path: path) }
    }
}
