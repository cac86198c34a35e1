import Foundation
import MCAP
import Recording
import Records

/// `recording-bench [records] [rounds]`: records with 100-byte values, a key and a header written to a
/// recording window by window and read back into blocks, by one thread; and a read of the bytes of the
/// file alone, as a baseline for the machine.
@main
struct RecordingBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let count = arguments.first ?? 2_000_000
        let rounds = arguments.dropFirst().first ?? 5
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("recording-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("bench.mcap").path
        print(
            "\(count) records, \(rounds) rounds; millions a CPU second, median (lowest to highest)")
        for kind in Windows.Kind.allCases {
            let windows = try Windows(kind)
            var written: [Double] = []
            var read: [Double] = []
            for _ in 0..<rounds {
                try? FileManager.default.removeItem(atPath: path)
                written.append(try rate(count) { try write(windows, count, to: path) })
                read.append(try rate(count) { try readBack(path, expecting: count) })
            }
            let bytes = try DiskFile(path, .read).byteCount
            print("\(kind.rawValue), \(bytes / UInt64(count)) bytes a record on disk:")
            print("  written: \(text(written))")
            print("  read:    \(text(read))")
        }
    }

    private static func write(_ windows: Windows, _ count: Int, to path: String) throws {
        let writer = try RecordingWriter(
            creating: path, identity: RecordingIdentity(id: "bench", tool: "bench"))
        var done = 0
        while done < count {
            for block in windows.blocks where done < count {
                try writer.append(block)
                done += block.count
            }
        }
        try writer.close()
    }

    private static func readBack(_ path: String, expecting count: Int) throws {
        let reader = try RecordingReader(path: path)
        var block = RecordBlock(source: Windows.source)
        var records = 0
        var payload = 0
        while try reader.next() {
            if block.count == 1024 { block.removeAll() }
            try reader.append(to: &block)
            records += 1
            payload += Int(block.entries[block.count - 1].payloadBytes)
        }
        precondition(records >= count && payload > records * 100, "the recording is not whole")
    }

    private static func rate(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
        let start = processSeconds()
        try body()
        return Double(count) / (processSeconds() - start) / 1e6
    }

    private static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func text(_ rates: [Double]) -> String {
        let sorted = rates.sorted()
        return String(
            format: "%.2f (%.2f to %.2f)", sorted[sorted.count / 2], sorted[0],
            sorted[sorted.count - 1])
    }
}

/// Some thousand windows of 25 records, made once and written again and again.
struct Windows {
    enum Kind: String, CaseIterable {
        case text = "text of 100 bytes"
        case random = "random 100 bytes"
    }

    static let source = TopicPartition("orders", 3)
    let blocks: [RecordBlock]

    init(_ kind: Kind) throws {
        var state: UInt64 = 1
        func draw() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var offset: Offset = 0
        var blocks: [RecordBlock] = []
        for _ in 0..<800 {
            var block = RecordBlock(source: Self.source)
            for _ in 0..<25 {
                var value: [UInt8] = []
                if kind == .text {
                    value = Array(
                        "{\"order\":\(draw() % 100_000),\"state\":\"paid\",\"amount\":\(draw() % 9999)}"
                            .utf8)
                    value += [UInt8](repeating: 32, count: max(0, 100 - value.count))
                } else {
                    while value.count < 100 { value.append(UInt8(truncatingIfNeeded: draw())) }
                }
                let record = Record(
                    source: Self.source, offset: offset,
                    timestamp: .create(1_700_000_000_000 + offset),
                    key: Array("key-\(draw() % 50_000)".utf8), value: value,
                    headers: [Header("trace", "\(draw() % 1000)")])
                try block.append(record, arrivalNs: UInt64(offset) + 1)
                offset += 1
            }
            blocks.append(block)
        }
        self.blocks = blocks
    }
}
