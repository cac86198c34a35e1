import Foundation
import KafkaClient
import Perturbation
import Recording
import Records

/// A group's positions as text, so that files can be judged where no broker is at hand. JSON Lines, one
/// position a line:
///
/// `{"topic":"orders","partition":3,"offset":1200,"metadata":"kerfuffle/1 recording=…"}`
public enum PositionsFile {
    /// - Throws: `ProxyError.conflict` with the line that is none, or names a partition twice.
    public static func read(_ path: String) throws -> [TopicPartition: Chain.Committed] {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw RecordingError(.system, path, "cannot be read: \(error.localizedDescription)")
        }
        var positions: [TopicPartition: Chain.Committed] = [:]
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated()
        where line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) {
            let place = "line \(index + 1)"
            guard let found = Self.position(line) else {
                throw RecordingError(
                    .damaged, path,
                    "\(place): no position; a line is {\"topic\":\"orders\",\"partition\":3,"
                        + "\"offset\":1200,\"metadata\":\"\(CommitMetadata.marker) …\"}")
            }
            let committed = try Chain.Committed(found, group: "in \(path)")
            guard positions.updateValue(committed, forKey: found.source) == nil else {
                throw RecordingError(
                    .mismatch, path, "\(place): \(found.source) stands in a line above already")
            }
        }
        return positions
    }

    private static func position(_ line: Data) -> CommittedPosition? {
        guard let value = try? line.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            case .string(let topic) = value["topic"],
            let partition = value["partition"]?.integer.flatMap({ Int32(exactly: $0) }),
            let offset = value["offset"]?.integer, offset >= 0,
            case .string(let metadata) = value["metadata"]
        else { return nil }
        return CommittedPosition(
            TopicPartition(topic, partition), offset: offset, metadata: metadata)
    }

    /// The line of a position.
    public static func line(_ position: CommittedPosition) -> String {
        JSONValue.object([
            .init("topic", .string(position.source.topic)),
            .init("partition", .number(String(position.source.partition))),
            .init("offset", .number(String(position.offset))),
            .init("metadata", .string(position.metadata)),
        ]).text
    }
}

extension Chain.Committed {
    /// The position at `offset` with what was committed beside it.
    public init(_ metadata: CommitMetadata, at offset: Offset) {
        let recorded = metadata.recorded(upTo: offset)
        self.init(
            recording: recorded.owner?.recording ?? "", epoch: recorded.owner?.epoch ?? 0,
            offset: recorded.offset, emitted: recorded.emitted)
        if metadata.unrecorded != nil { unrecordedEnd = offset }
    }

    /// - Throws: `ProxyError.conflict` for a position that is not of this program.
    init(_ position: CommittedPosition, group: String) throws {
        let metadata = try CommitMetadata(position, of: position.source, group: group)
        self.init(metadata, at: position.offset)
    }
}
