import Foundation

/// A result that is written to a file beside what is printed.
enum ResultFile {
    /// - Throws: where the file cannot be written, so that long work is not begun in vain.
    static func check(_ path: String) throws {
        let url = URL(fileURLWithPath: path)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        {
            throw Failure(.files, "\(path): cannot be written: it is a folder")
        }
        if access(url.deletingLastPathComponent().path, W_OK) != 0 {
            let reason = String(cString: strerror(errno))
            throw Failure(.files, "\(path): cannot be written: \(reason)")
        }
    }

    /// Writes the whole file or none of it.
    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(.files, "\(path): cannot be written: \(error.localizedDescription)")
        }
    }
}

extension String {
    /// As a word of a command that a shell takes: in quotes where it has to be.
    var shellWord: String {
        let plain = "0123456789_-./=,:%+@".unicodeScalars
        let isPlain =
            !isEmpty
            && unicodeScalars.allSatisfy { scalar in
                plain.contains(scalar) || (scalar.isASCII && scalar.properties.isAlphabetic)
            }
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
