import Foundation

@testable import MCAP

/// A record as the conformance cases list it: a type and fields as text.
struct ListedRecord: Equatable, CustomStringConvertible {
    enum Value: Equatable {
        case text(String)
        case list([String])
        case map([String: String])
    }

    var type: String
    var fields: [String: Value]

    init(_ type: String, _ fields: [String: Value]) {
        self.type = type
        self.fields = fields
    }

    init(json: [String: Any]) throws {
        guard let type = json["type"] as? String, let pairs = json["fields"] as? [[Any]] else {
            throw ConformanceCase.Failure(description: "no record: \(json)")
        }
        self.type = type
        fields = [:]
        for pair in pairs {
            guard pair.count == 2, let name = pair[0] as? String else {
                throw ConformanceCase.Failure(description: "no field: \(pair)")
            }
            switch pair[1] {
            case let text as String: fields[name] = .text(text)
            case let list as [String]: fields[name] = .list(list)
            case let map as [String: String]: fields[name] = .map(map)
            default: throw ConformanceCase.Failure(description: "no value: \(pair[1])")
            }
        }
    }

    var description: String {
        "\(type) \(fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
    }

    func text(_ name: String) throws -> String {
        guard case .text(let text) = fields[name] else {
            throw ConformanceCase.Failure(description: "\(type) has no \(name)")
        }
        return text
    }

    func number<Number: FixedWidthInteger>(_ name: String) throws -> Number {
        guard let number = Number(try text(name)) else {
            throw ConformanceCase.Failure(description: "\(type).\(name) is no number")
        }
        return number
    }

    func bytes(_ name: String) throws -> [UInt8] {
        guard case .list(let list) = fields[name] else {
            throw ConformanceCase.Failure(description: "\(type) has no \(name)")
        }
        return list.compactMap { UInt8($0) }
    }

    func map(_ name: String) throws -> StringMap {
        guard case .map(let map) = fields[name] else {
            throw ConformanceCase.Failure(description: "\(type) has no \(name)")
        }
        return StringMap(map.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}

extension ListedRecord.Value {
    static func number(_ value: some FixedWidthInteger) -> Self { .text(String(value)) }
    static func bytes(_ value: some Sequence<UInt8>) -> Self { .list(value.map { String($0) }) }
    static func strings(_ value: StringMap) -> Self {
        .map(Dictionary(value.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }
}

extension ListedRecord {
    init(_ header: Header) {
        self.init(
            "Header", ["library": .text(header.library), "profile": .text(header.profile)])
    }

    init(_ schema: Schema) {
        self.init(
            "Schema",
            [
                "data": .bytes(schema.data), "encoding": .text(schema.encoding),
                "id": .number(schema.id), "name": .text(schema.name),
            ])
    }

    init(_ channel: Channel) {
        self.init(
            "Channel",
            [
                "id": .number(channel.id), "message_encoding": .text(channel.messageEncoding),
                "metadata": .strings(channel.metadata), "schema_id": .number(channel.schemaID),
                "topic": .text(channel.topic),
            ])
    }

    init(_ header: MessageHeader, _ data: some Sequence<UInt8>) {
        self.init(
            "Message",
            [
                "channel_id": .number(header.channelID), "data": .bytes(data),
                "log_time": .number(header.logTimeNs),
                "publish_time": .number(header.publishTimeNs),
                "sequence": .number(header.sequence),
            ])
    }

    init(_ attachment: Attachment) {
        self.init(
            "Attachment",
            [
                "create_time": .number(attachment.createTimeNs), "data": .bytes(attachment.data),
                "log_time": .number(attachment.logTimeNs),
                "media_type": .text(attachment.mediaType), "name": .text(attachment.name),
            ])
    }

    init(_ metadata: Metadata) {
        self.init(
            "Metadata",
            ["metadata": .strings(metadata.entries), "name": .text(metadata.name)])
    }

    init(_ end: DataEnd) {
        self.init("DataEnd", ["data_section_crc": .number(end.dataCRC)])
    }

    init(_ statistics: Statistics) {
        let counts = statistics.channelMessages.map { (String($0.channelID), String($0.messages)) }
        self.init(
            "Statistics",
            [
                "attachment_count": .number(statistics.attachments),
                "channel_count": .number(statistics.channels),
                "channel_message_counts": .map(Dictionary(uniqueKeysWithValues: counts)),
                "chunk_count": .number(statistics.chunks),
                "message_count": .number(statistics.messages),
                "message_end_time": .number(statistics.messageEndTimeNs),
                "message_start_time": .number(statistics.messageStartTimeNs),
                "metadata_count": .number(statistics.metadata),
                "schema_count": .number(statistics.schemas),
            ])
    }

    init(_ chunk: ChunkIndex) {
        let offsets = chunk.messageIndexOffsets.map { (String($0.channelID), String($0.byte)) }
        self.init(
            "ChunkIndex",
            [
                "chunk_length": .number(chunk.chunkLength),
                "chunk_start_offset": .number(chunk.chunkStart),
                "compressed_size": .number(chunk.compressedBytes),
                "compression": .text(chunk.compression),
                "message_end_time": .number(chunk.messageEndTimeNs),
                "message_index_length": .number(chunk.messageIndexLength),
                "message_index_offsets": .map(Dictionary(uniqueKeysWithValues: offsets)),
                "message_start_time": .number(chunk.messageStartTimeNs),
                "uncompressed_size": .number(chunk.uncompressedBytes),
            ])
    }

    init(_ entry: AttachmentIndex) {
        self.init(
            "AttachmentIndex",
            [
                "create_time": .number(entry.createTimeNs), "data_size": .number(entry.dataBytes),
                "length": .number(entry.length), "log_time": .number(entry.logTimeNs),
                "media_type": .text(entry.mediaType), "name": .text(entry.name),
                "offset": .number(entry.start),
            ])
    }

    init(_ entry: MetadataIndex) {
        self.init(
            "MetadataIndex",
            [
                "length": .number(entry.length), "name": .text(entry.name),
                "offset": .number(entry.start),
            ])
    }

    init(_ entry: SummaryOffset) {
        self.init(
            "SummaryOffset",
            [
                "group_length": .number(entry.groupLength),
                "group_opcode": .number(entry.groupOpcode),
                "group_start": .number(entry.groupStart),
            ])
    }

    init(_ footer: Footer) {
        self.init(
            "Footer",
            [
                "summary_crc": .number(footer.summaryCRC),
                "summary_offset_start": .number(footer.summaryOffsetStart),
                "summary_start": .number(footer.summaryStart),
            ])
    }
}
