import Configuration
import Foundation
import Perturbation

/// A hunt file as it was read: its text and what it says.
public struct HuntDocument: Sendable {
    public let path: String
    public let text: String
    public let hunt: Hunt

    /// Reads a file; paths in it are relative to its folder.
    ///
    /// - Throws: `SmallFile.Unreadable`, `ConfigurationError` with every problem of the file.
    public init(path: String) throws {
        try self.init(yaml: try SmallFile.bytes(path), path: path)
    }

    public init(yaml bytes: [UInt8], path: String) throws {
        self.path = path
        text = String(decoding: bytes, as: UTF8.self)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        hunt = try YAML.read(bytes, file: path) { root in
            root.section { HuntReader(folder: folder, name: name).hunt($0) }
        }
    }
}
