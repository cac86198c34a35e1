import Arguments
import Configuration
import Foundation
import Recording

/// How a recording is written.
struct RecordingOptions: ParsableArguments {
    enum CompressionName: String, CaseIterable, ExpressibleByArgument {
        case zstd, lz4, none
    }

    @Option(help: "How its chunks are compressed.")
    var compression: CompressionName = .zstd

    @Option(
        help: ArgumentHelp(
            "Close a chunk when it has this size, before compression.", example: "256KiB"),
        as: .size(1...(64 << 20)))
    var chunk: Int = 1 << 20

    @Option(
        help: ArgumentHelp(
            "Write a folder of files, each closed when it has grown beyond this size.",
            example: "1GiB"),
        as: .size(1...Int.max))
    var rotate: Int?

    @Option(
        help: ArgumentHelp(
            "The recording's id, 1 to 64 of A-Z a-z 0-9 . _ -; none: a random one.",
            valueName: "id", example: "run-17"),
        as: .recordingID)
    var recordingId: String?

    @Option(
        help: ArgumentHelp(
            "What the recording says it was written by; none: this program and its version.",
            valueName: "name"))
    var tool: String?

    var writerOptions: RecordingWriter.Options {
        var options = RecordingWriter.Options()
        switch compression {
        case .zstd: options.compression = .zstd(level: 1)
        case .lz4: options.compression = .lz4
        case .none: options.compression = .none
        }
        options.chunkBytes = chunk
        options.rotateBytes = rotate
        return options
    }

    var identity: RecordingIdentity {
        RecordingIdentity(
            id: recordingId ?? UUID().uuidString.lowercased(), tool: tool ?? Kerfuffle.tool)
    }
}
