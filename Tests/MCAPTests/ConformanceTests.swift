import Digests
import Testing

@testable import MCAP

@Suite(
    .enabled(
        if: ConformanceCase.folder != nil,
        "the format's conformance cases are beside the repository or where KERFUFFLE_SHARED says"))
struct ConformanceTests {
    @Test func `the writer makes the very bytes of every case`() throws {
        let cases = try ConformanceCase.all()
        #expect(cases.count >= 262)
        for example in cases {
            let file = MemoryFile()
            try write(example, to: file)
            #expect(file.bytes.count == example.byteCount, "\(example.name)")
            #expect(SHA256.digest(of: file.bytes).description == example.digest, "\(example.name)")
        }
    }

    @Test func `the reader gives back the records of every case`() throws {
        for example in try ConformanceCase.all() {
            let file = MemoryFile()
            try write(example, to: file)
            try #require(SHA256.digest(of: file.bytes).description == example.digest)
            #expect(try records(of: file) == example.records, "\(example.name)")
            let report = try MCAPReader(file).check()
            #expect(report.ending == .closed, "\(example.name)")
        }
    }

    @Test func `messages come in both orders of every case`() throws {
        for example in try ConformanceCase.all() {
            let file = MemoryFile()
            try write(example, to: file)
            let listed = example.records.filter { $0.type == "Message" }
            #expect(try messages(of: file, .file) == listed, "\(example.name)")
            let sorted = try listed.enumerated().sorted {
                let one: UInt64 = try $0.element.number("log_time")
                let other: UInt64 = try $1.element.number("log_time")
                return (one, $0.offset) < (other, $1.offset)
            }.map(\.element)
            #expect(try messages(of: file, .logTime) == sorted, "\(example.name)")
        }
    }

    private func write(_ example: ConformanceCase, to file: MemoryFile) throws {
        let writer = try MCAPWriter(to: file, header: Header(), options: example.options)
        records: for record in example.records {
            switch record.type {
            case "Header": continue
            case "Schema":
                try writer.add(
                    Schema(
                        id: record.number("id"), name: record.text("name"),
                        encoding: record.text("encoding"), data: record.bytes("data")))
            case "Channel":
                try writer.add(
                    Channel(
                        id: record.number("id"), schemaID: record.number("schema_id"),
                        topic: record.text("topic"),
                        messageEncoding: record.text("message_encoding"),
                        metadata: record.map("metadata")))
            case "Message":
                try writer.append(
                    record.bytes("data"),
                    MessageHeader(
                        channelID: record.number("channel_id"),
                        sequence: record.number("sequence"), logTimeNs: record.number("log_time"),
                        publishTimeNs: record.number("publish_time")))
            case "Attachment":
                try writer.add(
                    Attachment(
                        logTimeNs: record.number("log_time"),
                        createTimeNs: record.number("create_time"), name: record.text("name"),
                        mediaType: record.text("media_type"), data: record.bytes("data")))
            case "Metadata":
                try writer.add(
                    Metadata(name: record.text("name"), entries: record.map("metadata")))
            default:
                // What follows the data is the writer's own business.
                break records
            }
        }
        try writer.close()
    }

    private func records(of file: MemoryFile) throws -> [ListedRecord] {
        var all: [ListedRecord] = []
        let scanner = try DataScanner(
            file, .contents, limits: ReadLimits(), computesCRC: true)
        while let event = try scanner.next() {
            switch event {
            case .header(let header): all.append(ListedRecord(header))
            case .schema(let schema): all.append(ListedRecord(schema))
            case .channel(let channel): all.append(ListedRecord(channel))
            case .message(let header, let data): all.append(ListedRecord(header, data))
            case .attachment(let entry):
                all.append(ListedRecord(try MCAPReader(file).attachment(entry)))
            case .metadata(let metadata): all.append(ListedRecord(metadata))
            case .dataEnd(let end): all.append(ListedRecord(end))
            case .chunk(let records): all += try self.records(ofChunk: records)
            case .messageIndex, .unknown: break
            }
        }
        let summary = try #require(scanner.summary)
        all += summary.contents.definitions.sortedSchemas.map(ListedRecord.init)
        all += summary.contents.definitions.sortedChannels.map(ListedRecord.init)
        if let statistics = summary.statistics { all.append(ListedRecord(statistics)) }
        all += summary.contents.chunks.map(ListedRecord.init)
        all += summary.contents.attachments.map(ListedRecord.init)
        all += summary.contents.metadata.map(ListedRecord.init)
        all += summary.offsets.map(ListedRecord.init)
        return all + [ListedRecord(summary.footer)]
    }

    private func records(ofChunk bytes: UnsafeRawBufferPointer) throws -> [ListedRecord] {
        var all: [ListedRecord] = []
        var walk = RecordWalk(bytes)
        while let place = walk.next() {
            let content = UnsafeRawBufferPointer(rebasing: bytes[place.content..<place.end])
            switch Opcode(rawValue: place.opcode) {
            case .schema: all.append(ListedRecord(try Schema(content: content)))
            case .channel: all.append(ListedRecord(try Channel(content: content)))
            default:
                let base = try #require(content.baseAddress)
                all.append(
                    ListedRecord(
                        MessageHeader(content: base), content.dropFirst(Layout.messageHead)))
            }
        }
        return all
    }

    private func messages(
        of file: MemoryFile, _ order: MessageQuery.Order
    ) throws -> [ListedRecord] {
        var all: [ListedRecord] = []
        let cursor = try MCAPReader(file).messages(MessageQuery(order: order))
        while try cursor.next() {
            cursor.withData { all.append(ListedRecord(cursor.message, $0)) }
        }
        #expect(cursor.ending == .closed)
        return all
    }
}
