import Foundation

/// Says what reads JSON lines where a recording is asked for; anything else is left to whoever opens it.
func refuseJSONLines(_ paths: [String]) throws {
    for path in paths {
        guard let file = FileHandle(forReadingAtPath: path),
            let front = try? file.read(upToCount: 64), front.first == UInt8(ascii: "{")
        else { continue }
        if String(decoding: front, as: UTF8.self).hasPrefix("{\"kerfuffle\":\"schedule\"") {
            throw Failure(
                .input, "\(path): a schedule; kerfuffle schedule diff compares two of them")
        }
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        throw Failure(
            .input,
            "\(path): JSON lines, and no recording; kerfuffle import \(path) -o \(name).mcap makes one"
        )
    }
}
