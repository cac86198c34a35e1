import Foundation

/// The repository that these tests were built from.
struct Repository {
    let root: URL
    let files: [SourceFile]

    /// Folders of targets: Sources/X, Sources/System/X and Tests/X.
    let targetFolders: [String]

    init(filePath: String = #filePath) throws {
        root = URL(filePath: filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        files = try Self.read(root, "")
        targetFolders = try ["Sources", "Sources/System", "Tests"].flatMap { [root] parent in
            try Self.folders(root.appending(path: parent)).map { parent + "/" + $0 }
        }.filter { $0 != "Sources/System" }
    }

    private static func folders(_ parent: URL) throws -> [String] {
        try entries(parent).filter(\.hasDirectoryPath).map(\.lastPathComponent)
            .filter { !$0.hasPrefix(".") }
    }

    private static func entries(_ folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: [.isDirectoryKey, .isSymbolicLinkKey]
        ).sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    /// Every text file below `folder`; what a build, git or an editor leaves behind is left out.
    private static func read(_ folder: URL, _ prefix: String) throws -> [SourceFile] {
        try entries(folder).flatMap { entry -> [SourceFile] in
            let name = entry.lastPathComponent
            if name == ".git" { return [] }  // a file in a linked work tree
            let values = try entry.resourceValues(forKeys: [.isDirectoryKey, .isSymbolicLinkKey])
            if values.isSymbolicLink == true { return [] }
            if values.isDirectory == true {
                let isOurs = (!name.hasPrefix(".") || name == ".ci") && name != "__pycache__"
                return isOurs ? try read(entry, prefix + name + "/") : []
            }
            let bytes = try Data(contentsOf: entry)
            guard !bytes.contains(0), let text = String(data: bytes, encoding: .utf8) else {
                return []
            }
            return [SourceFile(prefix + name, text)]
        }
    }
}
