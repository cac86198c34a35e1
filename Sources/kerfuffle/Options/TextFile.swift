import Configuration

/// A small text file that an option names.
enum TextFile {
    static func read(_ path: String) throws -> String {
        guard let text = String(validating: try SmallFile.bytes(path), as: UTF8.self) else {
            throw Failure(.input, "\(path): is not UTF-8")
        }
        return text
    }
}
