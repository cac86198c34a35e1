import Foundation
import Perturbation
import Records
import Testing

@testable import Proxy

/// The place of the files fails while a proxy runs: it stops without loss, says which file, why and what
/// to do, and goes on exactly once the cause is gone.
@Suite struct DiskTests {
    private static let total = 6000
    /// Joining again takes its time on the embedded broker: where a real one is at hand, it is enough.
    private static let best = Array(ClusterKind.available.suffix(1))
    /// Small transactions: many of them before anything fails.
    private static let often = [
        "--commit-interval", "5ms", "--commit-bytes", "20KiB", "--max-wait", "none",
    ]

    private func scene(_ kind: ClusterKind, _ range: Range<Int> = 0..<total) throws -> Scene {
        let scene = try Scene(Cluster(kind))
        try scene.cluster.produce(SampleRecords.numbered(range, partitions: 3), to: scene.input)
        return scene
    }

    private func waitForCommits(of child: Child, in scene: Scene) throws {
        try wait(for: "commits") {
            let lines = try? String(contentsOfFile: scene.schedule, encoding: .utf8)
                .components(separatedBy: "{\"checkpoint\"")
            return !child.isRunning || (lines?.count ?? 0) > 3
        }
    }

    /// What was sent is what an undisturbed run sends; under at-least-once nothing of it is missing.
    private func expectAll(
        _ scene: Scene, isVerified: Bool = true, _ location: SourceLocation = #_sourceLocation
    ) throws {
        if scene.cluster.kind == .real {
            try scene.expectOutput(of: .standard, location)
            guard isVerified else { return }
            try scene.verify(nil, committed: nil, asSent: nil, location)
            try scene.verify(
                nil, committed: scene.committed(), asSent: nil, location)
        } else {
            let wanted = try scene.expectation(.standard).mapValues(\.sent)
            for (partition, records) in try scene.sent() {
                #expect(
                    Set(wanted[partition] ?? []).isSubset(of: Set(records)),
                    sourceLocation: location)
            }
        }
    }

    /// The system lets no file of the process grow further, as a disk does that is full.
    @Test(arguments: best, [([], 65_536), (["--rotate", "16KiB"], 196_608)])
    func `a file that cannot grow ends the run, and the next goes on`(
        kind: ClusterKind, limited: (flags: [String], bytes: Int)
    ) throws {
        let (flags, bytes) = limited
        let scene = try scene(kind)
        // A folder's files stay small, if not as small as a batch: there it is the schedule that cannot grow.
        let first = try scene.child(
            flags + Self.often + ["--compression", "none"],
            wrapping: ["/usr/bin/prlimit", "--fsize=\(bytes)"])
        #expect(try first.wait() == 74, "\(first.said)")
        let path = flags.isEmpty ? scene.recording : scene.schedule
        #expect(
            first.said.contains("\(path): cannot write it: File too large; raise the limit"),
            "\(first.said)")
        #expect(try scene.sent().values.reduce(0) { $0 + $1.count } < Self.total)
        let last = try scene.child(flags + Self.often)
        #expect(try last.wait() == 0, "\(last.said)")
        try expectAll(scene)
    }

    @Test(
        arguments: best, [("recording", "replaced"), ("schedule", "moved")])
    func `a file that is moved or replaced ends the run, and nothing else is touched`(
        kind: ClusterKind, what: (file: String, how: String)
    ) throws {
        let (file, how) = what
        let scene = try scene(kind, 0..<Self.total / 2)
        let first = try scene.child(Self.often, untilEnd: false)
        try waitForCommits(of: first, in: scene)
        let path = file == "recording" ? scene.recording : scene.schedule
        let files = FileManager.default
        try files.moveItem(atPath: path, toPath: path + ".moved")
        let other = Data("not ours\n".utf8)
        if how == "replaced" { try other.write(to: URL(filePath: path)) }
        try scene.cluster.produce(
            SampleRecords.numbered(Self.total / 2..<Self.total, partitions: 3), to: scene.input)
        #expect(try first.wait() == 74, "\(first.said)")
        #expect(
            first.said.contains("\(path): it was removed, moved or replaced while it was written"),
            "\(first.said)")
        if how == "replaced" {
            #expect(try Data(contentsOf: URL(filePath: path)) == other)
            try files.removeItem(atPath: path)
        }
        let without = try scene.child(Self.often)
        #expect(try without.wait() == 65, "\(without.said)")
        try files.moveItem(atPath: path + ".moved", toPath: path)
        let last = try scene.child(Self.often)
        #expect(try last.wait() == 0, "\(last.said)")
        try expectAll(scene)
    }

    @Test(arguments: best)
    func `where both files are gone for good, new ones are begun and nothing is sent twice`(
        kind: ClusterKind
    ) throws {
        let scene = try scene(kind, 0..<Self.total / 2)
        let first = try scene.child(Self.often, untilEnd: false)
        try waitForCommits(of: first, in: scene)
        for path in [scene.recording, scene.schedule] {
            try FileManager.default.removeItem(atPath: path)
        }
        try scene.cluster.produce(
            SampleRecords.numbered(Self.total / 2..<Self.total, partitions: 3), to: scene.input)
        #expect(try first.wait() == 74, "\(first.said)")
        let last = try scene.child(Self.often)
        #expect(try last.wait() == 0, "\(last.said)")
        try expectAll(scene, isVerified: false)
    }

    /// Also as root, which without one of its capabilities is bound to permissions like anybody.
    @Test(arguments: best)
    func `a folder that may not be written any more ends the run`(kind: ClusterKind) throws {
        let scene = try scene(kind, 0..<Self.total / 2)
        let wrapping =
            getuid() == 0
            ? [
                "/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search",
                "--inh-caps=-dac_override,-dac_read_search",
            ] : []
        let folder = scene.path("folder")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        func child(_ untilEnd: Bool) throws -> Child {
            try scene.child(
                Self.often + ["--rotate", "8KiB"], untilEnd: untilEnd,
                recording: folder + "/r", schedule: scene.schedule, wrapping: wrapping)
        }
        func allow(_ mode: Int) throws {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: folder + "/r")
        }
        let first = try child(false)
        try waitForCommits(of: first, in: scene)
        try allow(0o500)
        defer { try? allow(0o700) }
        try scene.cluster.produce(
            SampleRecords.numbered(Self.total / 2..<Self.total, partitions: 3), to: scene.input)
        #expect(try first.wait() == 74, "\(first.said)")
        #expect(
            first.said.contains("Permission denied; let this user write there"), "\(first.said)")
        try allow(0o700)
        let last = try child(true)
        #expect(try last.wait() == 0, "\(last.said)")
        if kind == .real {
            try scene.expectOutput(of: .standard)
            try scene.verify([(folder + "/r", scene.schedule)], committed: scene.committed())
        }
    }

    @Test(arguments: ClusterKind.available)
    func `a disk that is full ends the run, and one with room again goes on`(
        kind: ClusterKind
    ) throws {
        let scene = try scene(kind)
        let disk = scene.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        guard try Self.ran("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk) else {
            print("no small file system can be made here: a full disk was tried by limits alone")
            return
        }
        defer { _ = try? Self.ran("umount", disk) }
        func child() throws -> Child {
            try scene.child(
                Self.often, recording: disk + "/r.mcap", schedule: disk + "/r.jsonl")
        }
        let first = try child()
        #expect(try first.wait() == 74, "\(first.said)")
        #expect(
            first.said.contains("No space left on device; make room and start again"),
            "\(first.said)")
        #expect(try Self.ran("mount", "-o", "remount,ro", disk))
        let second = try child()
        #expect(try second.wait() == 74, "\(second.said)")
        #expect(
            second.said.contains("Read-only file system; make the file system writable"),
            "\(second.said)")
        #expect(try Self.ran("mount", "-o", "remount,rw,size=16m", disk))
        let last = try child()
        #expect(try last.wait() == 0, "\(last.said)")
        if kind == .real {
            try scene.expectOutput(of: .standard)
            try scene.verify(
                [(disk + "/r.mcap", disk + "/r.jsonl")], committed: scene.committed())
        }
    }

    private static func ran(_ words: String...) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
