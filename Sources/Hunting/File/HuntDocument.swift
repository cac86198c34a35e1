import Configuration
import Foundation
import Perturbation

/// A hunt file as it was read: its text and what it says.
public struct HuntDocument: Sendable {
    public let path: String
    public let text: String
    /// What relative paths in it count from.
    public let folder: String
    /// What was put in place of its own values, as `system.copies=2`.
    public let settingTexts: [String]
    public let hunt: Hunt

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - folder: what relative paths count from; nil: what the file says (`root`), else its own.
    ///   - settings: `path=value`, put in place of what the file says.
    ///   - workload: a recording in place of the file's workload.
    /// - Throws: `SmallFile.Unreadable`, `ConfigurationError` with every problem of the file, `HuntError` for a
    ///   setting that leads nowhere.
    public init(
        path: String, folder: String? = nil, settings: [String] = [], workload: String? = nil
    ) throws {
        try self.init(
            yaml: try SmallFile.bytes(path), path: path, folder: folder, settings: settings,
            workload: workload, needsFiles: workload == nil)
    }

    /// - Parameter needsFiles: recordings and schedules that it names must be there.
    public init(
        yaml bytes: [UInt8], path: String, folder: String? = nil, settings: [String] = [],
        workload: String? = nil, needsFiles: Bool = false
    ) throws {
        self.path = path
        settingTexts = settings
        text = String(decoding: bytes, as: UTF8.self)
        let own = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let base = folder ?? own
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        var root = try YAML.tree(bytes, file: path)
        for text in settings { root = try Self.setting(text, in: root) }
        let reader = HuntReader(
            folder: base, name: name, takesRoot: folder == nil, needsFiles: needsFiles)
        var hunt: Hunt
        do throws(ConfigurationError) {
            hunt = try YAML.read(root, file: path) { root in root.section { reader.hunt($0) } }
        } catch {
            throw ConfigurationError(error.problems.map { Self.named($0, by: settings) })
        }
        self.folder = hunt.root ?? base
        if let workload { hunt.workload = .recording(path: workload) }
        self.hunt = hunt
    }

    /// What was put in is named by its setting: it stands nowhere in the file.
    private static func named(_ problem: Problem, by settings: [String]) -> Problem {
        let own = settings.last { text in
            let path = text.prefix { $0 != "=" }
            return problem.path == path || problem.path.hasPrefix("\(path).")
                || problem.path.hasPrefix("\(path)[")
        }
        guard let own else { return problem }
        let isWhole = own.hasPrefix(problem.path + "=")
        return Problem(
            file: "--set \(own)", place: nil, path: isWhole ? "" : problem.path,
            found: problem.found, accepted: problem.accepted)
    }

    private static func setting(_ text: String, in root: Node) throws -> Node {
        guard let equals = text.firstIndex(of: "=") else {
            throw HuntError(.input, "--set \(text): no \"=\"; write --set budget.trials=20")
        }
        do throws(ValueError) {
            let setting = try Setting(
                String(text[..<equals]), String(text[text.index(after: equals)...]))
            return try root.setting(setting)
        } catch {
            throw HuntError(.input, "--set \(text): \(error)")
        }
    }
}
