import Foundation
import MCAP

/// One of the format's own conformance cases: the features of a file and the records in it.
struct ConformanceCase {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// `OneMessage-ch-mx`, say.
    let name: String
    let features: Set<String>
    let records: [ListedRecord]
    let digest: String
    let byteCount: Int

    /// The folder of the cases; nil where this machine has none.
    static let folder: URL? = {
        let environment = ProcessInfo.processInfo.environment["KERFUFFLE_SHARED"]
        let repository = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let shared =
            environment.map { URL(fileURLWithPath: $0) }
            ?? repository.deletingLastPathComponent().appendingPathComponent("shared")
        let folder = shared.appendingPathComponent("mcap-conformance")
        let isThere = FileManager.default.fileExists(
            atPath: folder.appendingPathComponent("SHA256SUMS").path)
        if !isThere {
            FileHandle.standardError.write(
                Data("MCAP conformance cases: none at \(folder.path), not run\n".utf8))
        }
        return isThere ? folder : nil
    }()

    /// Every case that the list of digests names.
    static func all() throws -> [ConformanceCase] {
        guard let folder else { return [] }
        let digests = try table(folder.appendingPathComponent("SHA256SUMS"))
        let sizes = Dictionary(
            uniqueKeysWithValues: try table(folder.appendingPathComponent("SIZES")).map {
                ($0.path, $0.value)
            })
        return try digests.map { entry in
            let stem = String(entry.path.dropLast(".mcap".count))
            let json = try Data(contentsOf: folder.appendingPathComponent(stem + ".json"))
            guard let whole = try JSONSerialization.jsonObject(with: json) as? [String: Any],
                let listed = whole["records"] as? [[String: Any]],
                let meta = whole["meta"] as? [String: Any],
                let variant = meta["variant"] as? [String: Any],
                let features = variant["features"] as? [String],
                let size = sizes[entry.path].flatMap({ Int($0) })
            else {
                throw Failure(description: "\(stem) is no conformance case")
            }
            return ConformanceCase(
                name: String(stem.split(separator: "/").last ?? ""), features: Set(features),
                records: try listed.map(ListedRecord.init(json:)), digest: entry.value,
                byteCount: size)
        }
    }

    private static func table(_ url: URL) throws -> [(value: String, path: String)] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count == 2 else { throw Failure(description: "\(url.path): \(line)") }
            return (String(parts[0]), String(parts[1]))
        }
    }

    /// The options that the features stand for.
    var options: WriterOptions {
        var options = WriterOptions()
        options.chunkBytes = features.contains("ch") ? 1 << 20 : nil
        options.compression = .none
        options.definitions = .chunk
        options.messageIndexes = features.contains("mx")
        options.padding = features.contains("pad") ? [0x01, 0xff, 0xff] : []
        let parts: [(String, WriterOptions.Summary)] = [
            ("rsh", .schemas), ("rch", .channels), ("st", .statistics), ("chx", .chunkIndexes),
            ("ax", .attachmentIndexes), ("mdx", .metadataIndexes), ("sum", .offsets),
        ]
        options.summary = []
        for (feature, part) in parts where features.contains(feature) {
            options.summary.insert(part)
        }
        return options
    }
}
