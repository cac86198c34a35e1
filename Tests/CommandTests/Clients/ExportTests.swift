import Foundation
import Records
import Testing

/// Exports in the hands of programs that send what they read.
@Suite struct ClientExportTests {
    @Test(.enabled(if: Tool.kcat, "no kcat on the PATH"), arguments: ClientCluster.available)
    func `kcat -P sends an export, all but headers, timestamps and empty things`(
        kind: ClientCluster
    ) throws {
        let scene = try ClientScene(kind)
        let topic = "\(scene.output).kcat"
        try scene.make(topic, partitions: 1)
        let (key, end) = ("\u{1F}\u{1F}\u{1F}", "\u{1E}\u{1E}\u{1E}")
        let export = try Kerfuffle.run(
            "export", scene.folder.path("out.mcap"), "--as", "console", "--fields", "key,value",
            "--key-separator", #"\x1f\x1f\x1f"#, "--line-separator", #"\x1e\x1e\x1e"#,
            "--null-literal", "")
        try #require(export.code == 0)
        #expect(export.errors.contains(" records have headers, which --fields leaves out"))
        let kcat = try Subprocess(
            "/usr/bin/env",
            ["kcat", "-P", "-b", scene.brokers, "-t", topic, "-p", "0", "-K", key, "-D", end, "-Z"]
        ).run(input: export.output)
        try #require(kcat.code == 0, "\(kcat.errors)")
        // With -Z what is empty is null; without, what is null is empty.
        func kept(_ bytes: [UInt8]?) -> [UInt8]? { bytes?.isEmpty == true ? nil : bytes }
        let recorded = try Seen.all(try scene.run("export", scene.folder.path("out.mcap")))
        let found = try scene.contents(of: topic)[0] ?? []
        #expect(found.count == recorded.values.joined().count)
        #expect(
            Self.tally(found.map { [$0.key, $0.value] })
                == Self.tally(recorded.values.joined().map { [kept($0.key), kept($0.value)] }))
    }

    @Test(
        .enabled(if: ClientCluster.hasReal, "KERFUFFLE_TEST_BROKERS names no broker"),
        .enabled(if: Tool.kafka != nil, "KERFUFFLE_KAFKA names no Kafka with its tools"))
    func `kafka-console-producer sends an export, all but timestamps and what is no text`() throws {
        let scene = try ClientScene(.real)
        let topic = "\(scene.output).console"
        try scene.make(topic, partitions: 1)
        // What lines of text cannot tell is left out here: line ends, and bytes that are no UTF-8.
        let text = try scene.run("export", scene.folder.path("out.mcap")).split(separator: "\n")
            .filter { !$0.contains("base64") && !$0.contains(#"line one\n"#) }
        try scene.folder.write((text.joined(separator: "\n") + "\n").utf8, "text.ndjson")
        try scene.run(
            "import", scene.folder.path("text.ndjson"), "-o", scene.folder.path("text.mcap"))
        let export = try Kerfuffle.run(
            "export", scene.folder.path("text.mcap"), "--as", "console", "--fields",
            "headers,key,value", "--key-separator", #"\x1f\x1f"#, "--headers-separator",
            #"\x1d\x1d"#, "--null-literal", "<null>")
        try #require(export.code == 0)
        #expect(export.errors.isEmpty, "\(export.errors)")
        let properties = [
            "parse.headers=true", "parse.key=true", "key.separator=\u{1F}\u{1F}",
            "headers.delimiter=\u{1F}\u{1F}", "headers.separator=\u{1D}\u{1D}",
            "null.marker=<null>",
        ]
        let result = try Tool.run(
            "console-producer",
            ["--bootstrap-server", scene.brokers, "--topic", topic]
                + properties.flatMap { ["--reader-property", $0] }, input: export.output)
        #expect(!result.errors.contains("Exception"), "\(result.errors)")
        func kept(_ seen: Seen) -> Seen {
            var seen = seen
            seen.timestampMs = 0
            return seen
        }
        let recorded = try Seen.all(try scene.run("export", scene.folder.path("text.mcap")))
        let found = try scene.contents(of: topic)[0] ?? []
        #expect(found.count > 40)
        #expect(
            Self.tally(found.map(kept)) == Self.tally(recorded.values.joined().map(kept)))
    }

    private static func tally<Element: Hashable>(
        _ elements: some Sequence<Element>
    ) -> [Element: Int] {
        elements.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}
