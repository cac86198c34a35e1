import Foundation
import Testing

@testable import MCAP

@Suite struct FuzzTests {
    /// Files of all shapes. Without checksums a change reaches what checksums would keep it from.
    private static func seeds() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for compression in [Compression.zstd(level: 1), .lz4, .none] {
            for shape in 0..<5 {
                var options = Sample.options(compression)
                options.chunkCRC = shape < 2
                options.dataCRC = shape < 2
                options.summaryCRC = shape < 2
                options.messageIndexes = shape != 3
                options.definitions = shape == 2 ? .chunk : .topLevel
                if shape == 3 { options.summary = [] }
                if shape == 4 { options.chunkBytes = nil }
                seeds.append(try Sample.file(14, options, closed: shape != 1).bytes)
            }
        }
        return seeds
    }

    /// `KERFUFFLE_FUZZ_ROUNDS` and `KERFUFFLE_FUZZ_SEED` ask for more, or for others.
    private static func setting(_ name: String, _ standard: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? standard
    }

    @Test func `changed files are read, recovered and resumed, or refused`() throws {
        let seeds = try Self.seeds()
        let rounds = Self.setting("KERFUFFLE_FUZZ_ROUNDS", 20_000)
        var random = SplitMix(seed: Self.setting("KERFUFFLE_FUZZ_SEED", 2026))
        var refused = 0
        var read = 0
        for round in 0..<rounds {
            var bytes = seeds[random.below(seeds.count)]
            for _ in 0...random.below(3) {
                mutate(&bytes, donor: seeds[random.below(seeds.count)], &random)
            }
            do {
                read += try exercise(bytes, way: Int(round % 4))
            } catch let error as MCAPError {
                refused += 1
                #expect(!error.message.isEmpty)
            }
        }
        // Both must happen often, or this tests nothing.
        #expect(refused > rounds / 40 && read > rounds)
    }

    /// Reads, checks, recovers or resumes, and answers how many messages came out.
    private func exercise(_ bytes: [UInt8], way: Int) throws -> Int {
        var limits = ReadLimits()
        limits.recordBytes = 1 << 20
        limits.overlapBytes = 1 << 10
        let reader = try MCAPReader(MemoryFile(bytes), limits: limits)
        switch way {
        case 0:
            let read = try reader.collect()
            let checked = try reader.check()
            if let damage = read.ending.damage {
                #expect(damage.messages == UInt64(read.messages.count))
                #expect(damage.byte <= UInt64(bytes.count))
            } else {
                #expect(checked.statistics.messages == UInt64(read.messages.count))
            }
            return read.messages.count
        case 1:
            return try reader.collect(MessageQuery(order: .logTime)).messages.count
        case 2:
            let copy = MemoryFile()
            let report = try reader.recover(to: copy)
            #expect(try MCAPReader(copy).check().ending == .closed)
            return Int(report.written.statistics.messages)
        default:
            let file = MemoryFile(bytes)
            let writer = try MCAPWriter(resuming: file, options: Sample.options(), verifying: true)
            try writer.add(
                Channel(id: 60_000, schemaID: 0, topic: "x", messageEncoding: ""))
            try writer.append([1], MessageHeader(channelID: 60_000, logTimeNs: 5))
            try writer.close()
            #expect(try MCAPReader(file).check().ending == .closed)
            return Int(writer.statistics.messages)
        }
    }

    private func mutate(_ bytes: inout [UInt8], donor: [UInt8], _ random: inout SplitMix) {
        guard bytes.count > 60 else { return }
        let place = random.below(bytes.count - 8)
        switch random.below(7) {
        case 0: bytes[place] ^= 1 << random.below(8)
        case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2:
            // A number at its edges, of one to eight bytes: lengths, offsets, times.
            let edges: [UInt64] = [
                0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 1 << 32, 1 << 62,
                .max - 8, .max, UInt64(bytes.count), UInt64(bytes.count - place),
            ]
            var number = edges[random.below(edges.count)]
            for position in 0..<(1 << random.below(4)) {
                bytes[place + position] = UInt8(truncatingIfNeeded: number)
                number >>= 8
            }
        case 3: bytes.removeLast(random.below(bytes.count - 40))
        case 4:
            let length = min(random.below(40), bytes.count - place)
            bytes.removeSubrange(place..<place + length)
        case 5:
            let from = random.below(donor.count)
            let part = donor[from..<min(donor.count, from + random.below(120))]
            bytes.insert(contentsOf: part, at: place)
        default:
            // The length of a record, found by walking there.
            var position = 8
            for _ in 0..<random.below(20) where position + 9 < bytes.count {
                let length = bytes[position + 1...position + 3].reversed().reduce(0) {
                    $0 << 8 | Int($1)
                }
                position += 9 + length
            }
            if position + 9 < bytes.count {
                bytes[position + 1 + random.below(8)] ^= UInt8(truncatingIfNeeded: random.next())
            }
        }
    }

    @Test func `a record that claims a terabyte is not made room for`() throws {
        let whole = try Sample.file(14)
        let index = try MCAPReader(whole).index()
        var bytes = Array(whole.bytes.prefix(Int(index.dataBytes)))
        // The second chunk claims 2^39 bytes, and the file has as many.
        let start = Int(index.chunks[1].chunkStart)
        bytes.replaceSubrange(start + 1..<start + 9, with: [0, 0, 0, 0, 0x80, 0, 0, 0])
        let file = SparseFile(bytes, byteCount: 1 << 40)
        let reader = try MCAPReader(file)
        let read = try reader.collect()
        let damage = try #require(read.ending.damage)
        #expect(damage.byte == index.chunks[1].chunkStart && damage.chunks == 1)
        #expect(damage.reason.contains("the limit is 268435456"))
        #expect(file.mostAtOnce <= 1 << 18)
        // And one whose records claim more than the limit once they are decompressed.
        bytes = whole.bytes
        bytes.replaceSubrange(start + 9 + 16..<start + 9 + 24, with: [0, 0, 0, 0, 0, 1, 0, 0])
        let bomb = try MCAPReader(MemoryFile(bytes)).collect()
        #expect(bomb.ending.damage?.reason.contains("1099511627776 bytes uncompressed") == true)
    }
}

/// A file that goes on with zeros for as long as it claims.
private final class SparseFile: ByteSource {
    private let bytes: [UInt8]
    let byteCount: UInt64
    private(set) var mostAtOnce = 0

    init(_ bytes: [UInt8], byteCount: UInt64) {
        self.bytes = bytes
        self.byteCount = byteCount
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int {
        mostAtOnce = max(mostAtOnce, buffer.count)
        for position in buffer.indices {
            let place = offset + UInt64(position)
            buffer[position] = place < bytes.count ? bytes[Int(place)] : 0
        }
        return buffer.count
    }
}
