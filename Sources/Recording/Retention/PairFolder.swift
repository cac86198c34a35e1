import Foundation

/// A folder of pairs of recording and schedule, `000000.mcap` with `000000.jsonl`, in the order in which one
/// instance wrote them. Of those that retention removed, the schedule is left, cut down
/// (``ScheduleStub``).
public struct PairFolder: Sendable {
    public let path: String

    public init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Whether such a folder is at the path: one with a numbered schedule in it.
    public static func isOne(_ path: String) -> Bool {
        (try? PairFolder(path).numbers().isEmpty) == false
    }

    /// The numbers of its pairs, rising; none where the folder is not there.
    ///
    /// - Throws: `RecordingError` where it cannot be listed.
    public func numbers() throws(RecordingError) -> [Int64] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return []
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw RecordingError(.system, path, "cannot be listed: \(error.localizedDescription)")
        }
        return names.compactMap { name in
            guard name.hasSuffix(".jsonl"), name.count >= 12 else { return nil }
            return Int64(name.dropLast(6)).flatMap { $0 < 0 ? nil : $0 }
        }.sorted()
    }

    public func paths(of number: Int64) -> JournalPaths {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
        return JournalPaths(
            recording: "\(path)/\(zeros)\(digits).mcap", schedule: "\(path)/\(zeros)\(digits).jsonl"
        )
    }

    /// Its pairs, the oldest first.
    public func pairs() throws(RecordingError) -> [(recording: String, schedule: String)] {
        var pairs: [(recording: String, schedule: String)] = []
        for number in try numbers() {
            let paths = paths(of: number)
            pairs.append((paths.recording ?? "", paths.schedule ?? ""))
        }
        return pairs
    }

    /// The id of a pair's recording: that of its folder and the number.
    public static func id(_ base: String, _ number: Int64) -> String { "\(base).\(number)" }

    /// The id of the folder, from that of one of its recordings.
    public static func base(ofID id: String) -> String {
        guard let dot = id.lastIndex(of: "."), Int64(id[id.index(after: dot)...]) != nil else {
            return id
        }
        return String(id[..<dot])
    }
}
