import Foundation
import MCAP

/// `container-bench [messages] [rounds]`: messages written to a file and read back a second, by the MCAP
/// container alone: one thread, about 150 bytes a message as recordings have them, chunks of 1 MiB.
@main
struct ContainerBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let count = arguments.first ?? 2_000_000
        let rounds = arguments.dropFirst().first ?? 5
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("container-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        print("\(count) messages, \(rounds) rounds; millions a second, median (lowest to highest)")
        for payload in Payload.Kind.allCases {
            let messages = Payload(payload)
            for compression in [Compression.zstd(level: 1), .lz4, .none] {
                let path = folder.appendingPathComponent("bench.mcap").path
                var rates: [Pass: [Double]] = [:]
                for _ in 0..<rounds {
                    for pass in Pass.allCases {
                        let start = processSeconds()
                        try pass.run(path, messages, count, compression)
                        rates[pass, default: []].append(
                            Double(count) / (processSeconds() - start) / 1e6)
                    }
                }
                let bytes = try DiskFile(path, .read).byteCount
                let name = compression.name.isEmpty ? "none" : compression.name
                print("\(payload.rawValue), \(name), \(bytes / UInt64(count)) bytes a message:")
                for pass in Pass.allCases { report(pass, rates[pass] ?? []) }
            }
        }
    }

    private static func report(_ pass: Pass, _ rates: [Double]) {
        let sorted = rates.sorted()
        func text(_ rate: Double) -> String { String(format: "%.2f", rate) }
        print(
            "  \(pass.rawValue): \(text(sorted[sorted.count / 2])) "
                + "(\(text(sorted[0])) to \(text(sorted[sorted.count - 1])))")
    }

    private static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// What is timed, in CPU seconds of the process.
enum Pass: String, CaseIterable {
    case write
    case read = "read in file order, all checked"
    case readByTime = "read in log time order"
    case resume
    case check

    func run(
        _ path: String, _ messages: Payload, _ count: Int, _ compression: Compression
    ) throws {
        switch self {
        case .write: try write(path, messages, count, compression)
        case .read: try read(path, MessageQuery(), count)
        case .readByTime: try read(path, MessageQuery(order: .logTime), count)
        case .resume:
            let writer = try MCAPWriter(resuming: DiskFile(path, .update))
            guard writer.statistics.messages == count else { throw Failure.lost }
            try writer.close()
        case .check:
            let report = try MCAPReader(path: path).check()
            guard report.ending == .closed, report.statistics.messages == count else {
                throw Failure.lost
            }
        }
    }

    enum Failure: Error {
        case lost
    }

    private func write(
        _ path: String, _ messages: Payload, _ count: Int, _ compression: Compression
    ) throws {
        var options = WriterOptions()
        options.compression = compression
        let writer = try MCAPWriter(to: DiskFile(path, .replace), options: options)
        for partition in 0..<64 {
            try writer.addChannel(
                topic: "orders", messageEncoding: "protobuf", schemaID: 0,
                metadata: ["partition": "\(partition)"])
        }
        for index in 0..<count {
            try messages.withMessage(index) { data throws(MCAPError) in
                // A window of some 30 records comes from one partition.
                try writer.append(
                    data,
                    MessageHeader(
                        channelID: UInt16(1 + index / 30 % 64), sequence: UInt32(index),
                        logTimeNs: 1_700_000_000_000_000_000 + UInt64(index) * 1000))
            }
        }
        try writer.close()
    }

    private func read(_ path: String, _ query: MessageQuery, _ count: Int) throws {
        let cursor = try MCAPReader(path: path).messages(query)
        var read = 0
        var bytes = 0
        while try cursor.next() {
            read += 1
            bytes += cursor.withData { $0.count + Int($0[0]) }
        }
        guard read == count, bytes > 0, cursor.ending == .closed else { throw Failure.lost }
    }
}
