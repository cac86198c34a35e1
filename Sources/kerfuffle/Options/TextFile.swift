import Foundation

/// A small text file that an option names.
enum TextFile {
    /// - Throws: `Failure` with the system's own words.
    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "rb") else {
            throw Failure(.files, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
        }
        fclose(file)
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw Failure(.files, "\(path): cannot be read: \(error.localizedDescription)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.input, "\(path): is not UTF-8")
        }
        return text
    }
}
