import Foundation

/// A recording on disk: one file, or a folder whose files are numbered in order.
struct RecordingLayout {
    let path: String
    let isFolder: Bool

    /// - Throws: where something is at that path already, or the folder cannot be made.
    init(creating path: String, isFolder: Bool) throws(RecordingError) {
        self.path = path
        self.isFolder = isFolder
        if FileManager.default.fileExists(atPath: path) {
            throw RecordingError(
                .system, path, "exists already; a recording is never written over another")
        }
        guard isFolder else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw RecordingError(.system, path, "cannot make the folder: \(error)")
        }
    }

    init(opening path: String) throws(RecordingError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw RecordingError(.system, path, "no such file or folder")
        }
        self.path = path
        isFolder = isDirectory.boolValue
    }

    func path(of file: Int64) -> String {
        guard isFolder else { return path }
        let number = String(file)
        let zeros = String(repeating: "0", count: max(0, 6 - number.count))
        return "\(path)/\(zeros)\(number).mcap"
    }

    /// The numbers of the files that are there, rising; a single file is number 0.
    ///
    /// - Throws: where the folder cannot be read or a number is missing in between (the first ones may
    ///   be gone: retention removes them).
    func files() throws(RecordingError) -> [Int64] {
        guard isFolder else { return [0] }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw RecordingError(.system, path, "cannot be listed: \(error)")
        }
        let numbers = names.compactMap { name -> Int64? in
            name.hasSuffix(".mcap") ? Int64(name.dropLast(5)) : nil
        }.sorted()
        for (left, right) in zip(numbers, numbers.dropFirst()) where right != left + 1 {
            throw RecordingError(.damaged, path, "file \(left + 1) of the recording is missing")
        }
        if numbers.isEmpty {
            throw RecordingError(
                .mismatch, path, "a folder without the files of a recording (000001.mcap and so on)"
            )
        }
        return numbers
    }

    func removeFiles(after last: Int64) throws(RecordingError) {
        guard isFolder else { return }
        for number in try files() where number > last {
            do { try FileManager.default.removeItem(atPath: path(of: number)) } catch {
                throw RecordingError(.system, path(of: number), "cannot be removed: \(error)")
            }
        }
    }
}
