import Foundation
import Records

/// Messages between a hunt and its workers: JSON with sorted keys, under the key `run/number`.
enum HuntMessage {
    /// Of the messages' form. Whoever reads another one ends and says so.
    static let version = 1

    private struct Versioned: Codable { var version: Int }

    static func bytes(_ message: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(message))
    }

    /// - Throws: `HuntError` where the record is none, with its place.
    static func read<Message: Decodable>(_ type: Message.Type, _ record: Record) throws(HuntError)
        -> Message
    {
        let place = "\(RecordName(record))"
        let data = Data(record.value ?? [])
        let decoder = JSONDecoder()
        guard let found = try? decoder.decode(Versioned.self, from: data) else {
            throw HuntError(
                .input,
                "\(place): is no message between a hunt and its workers; name topics of "
                    + "their own with --via-prefix")
        }
        guard found.version == version else {
            throw HuntError(
                .input,
                "\(place): written by another version of kerfuffle (form \(found.version), "
                    + "here \(version)); use one version for a hunt and its workers")
        }
        do { return try decoder.decode(type, from: data) } catch {
            throw HuntError(.input, "\(place): cannot be read: \(error)")
        }
    }
}
