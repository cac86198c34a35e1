import Foundation
import Interchange
import MCAP
import Perturbation
import Recording
import Records

/// What fuzzing begins with and no file of the repository is: recordings without checksums, where a
/// change is not caught before it reaches the reader's own care, and records in every text format.
enum Seeds {
    static func write(to folder: String) throws {
        for kind in FuzzedKind.allCases {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(kind)", withIntermediateDirectories: true)
        }
        for (index, options) in shapes.enumerated() {
            let bytes = try copy(of: "recordings/edge-cases.mcap", options)
            try write(bytes, "\(folder)/recording/unchecked-\(index)")
        }
        for (index, format) in [PrintedFormat.ndjson, .csv, .kcat].enumerated() {
            // The first byte chooses the format.
            let text = try text(of: "recordings/edge-cases.mcap", as: format)
            try write([UInt8(index)] + text, "\(folder)/text/edge-cases.\(format)")
        }
        let console = "CreateTime:1700000000000\tPartition:3\tOffset:7\ta:b,c:null\tkey\tvalue\n"
        try write([3] + Array(console.utf8), "\(folder)/text/console")
    }

    private static func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private static var shapes: [WriterOptions] {
        var shapes: [WriterOptions] = []
        for compression in [Compression.none, .zstd(level: 1), .lz4] {
            for shape in 0..<4 {
                var options = WriterOptions()
                options.compression = compression
                options.chunkBytes = shape == 3 ? nil : 200
                options.chunkCRC = false
                options.dataCRC = false
                options.summaryCRC = false
                options.messageIndexes = shape != 1
                if shape == 1 { options.summary = [] }
                if shape == 2 { options.definitions = .chunk }
                shapes.append(options)
            }
        }
        return shapes
    }

    private static func copy(of path: String, _ options: WriterOptions) throws -> [UInt8] {
        let reader = try MCAPReader(path: path)
        let file = MemoryFile()
        let writer = try MCAPWriter(to: file, options: options)
        for metadata in try reader.metadata() { try writer.add(metadata) }
        try writer.add(Schema(id: 1, name: "kerfuffle.Record", encoding: "protobuf", data: []))
        let cursor = try reader.messages(MessageQuery())
        var known: Set<UInt16> = []
        while try cursor.next() {
            let message = cursor.message
            if var channel = cursor.channel(message.channelID), known.insert(channel.id).inserted {
                channel.schemaID = 1
                try writer.add(channel)
            }
            try writer.append(cursor.withData { Array($0) }, message)
        }
        try writer.close()
        return file.bytes
    }

    private static func text(of path: String, as format: PrintedFormat) throws -> [UInt8] {
        let reader = try RecordingReader(path: path)
        var printer = RecordPrinter(format)
        var text = TextBuffer()
        printer.begin(into: &text)
        while try reader.next() {
            try reader.withRecord { printer.append($0, at: 0, into: &text) }
        }
        return text.bytes
    }
}
