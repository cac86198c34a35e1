import Foundation
import Testing

/// The recordings in `recordings` are what `scripts/make-recordings` makes.
@Suite struct GoldenRecordingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let script = Kerfuffle.repository.appendingPathComponent("scripts/make-recordings").path
        let result = try Subprocess(
            script, [folder.path("new")], environment: ["KERFUFFLE": Kerfuffle.path]
        ).run()
        guard result.code == 0 else { throw TestFailure(result.errors) }
    }

    private func files(_ path: String) throws -> [String] {
        // Those of released formats are never made again.
        try FileManager.default.subpathsOfDirectory(atPath: path).filter {
            $0.hasSuffix(".mcap") && $0.wholeMatch(of: #/v[0-9]+/.*/#) == nil
        }.sorted()
    }

    @Test func `the script makes the same files, byte for byte`() throws {
        let names = try files(Kerfuffle.recordings)
        #expect(names.count >= 9)
        #expect(try files(folder.path("new")) == names)
        for name in names {
            let golden = try Data(
                contentsOf: URL(fileURLWithPath: "\(Kerfuffle.recordings)/\(name)"))
            let made = try Data(contentsOf: URL(fileURLWithPath: folder.path("new/\(name)")))
            if name == "orders-zstd.mcap" || name == "orders-lz4.mcap" {
                // Another version of the library packs otherwise: the records are held against
                // those of the file without compression below.
                continue
            }
            let difference = zip(golden, made).enumerated().first { $1.0 != $1.1 }?.offset
            #expect(
                golden == made,
                "\(name): byte \(difference ?? min(golden.count, made.count)) differs")
        }
    }

    @Test func `compression changes no record, in old files and new ones`() throws {
        let plain = try Kerfuffle.run("export", "\(Kerfuffle.recordings)/orders.mcap")
        #expect(plain.code == 0)
        #expect(plain.text.split(separator: "\n").count == 300)
        for place in [Kerfuffle.recordings, folder.path("new")] {
            for name in ["orders-zstd.mcap", "orders-lz4.mcap"] {
                let packed = try Kerfuffle.run("export", "\(place)/\(name)")
                #expect(packed.output == plain.output, "\(place)/\(name)")
            }
        }
    }

    @Test func `the edge cases are exported as the text that they were made of`() throws {
        let source = try Data(
            contentsOf: URL(fileURLWithPath: "\(Kerfuffle.recordings)/edge-cases.ndjson"))
        let result = try Kerfuffle.run("export", "\(Kerfuffle.recordings)/edge-cases.mcap")
        #expect(result.output == [UInt8](source))
    }
}
