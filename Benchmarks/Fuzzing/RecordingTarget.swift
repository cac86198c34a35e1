import MCAP
import Recording
import Records

/// The container's reader in memory, and recordings on disk: every way of reading them.
final class RecordingTarget: FuzzTarget {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func take(_ bytes: [UInt8]) throws {
        do { try container(bytes) } catch is MCAPError {}
        let path = try scratch.write(bytes, "a.mcap")
        for selection in [
            RecordSelection(), RecordSelection(order: .arrival),
            RecordSelection(partitions: [1], offsets: 3...9),
        ] {
            do {
                let reader = try RecordingReader(path: path, selection: selection)
                while try reader.next() { _ = try reader.record() }
            } catch is RecordingError {}
        }
        for checking in [false, true] {
            do { _ = try RecordingSummary(path: path, checking: checking) } catch is RecordingError
            {}
        }
        defer { scratch.remove("b.mcap") }
        do {
            _ = try RecordingRecovery(of: path, to: scratch.path("b.mcap"))
        } catch is RecordingError { return }
        let saved = try RecordingSummary(path: scratch.path("b.mcap"), checking: true)
        guard saved.ending == .closed else {
            throw Broken("what recover wrote ends otherwise: \(saved.ending)")
        }
    }

    private func container(_ bytes: [UInt8]) throws {
        var limits = ReadLimits()
        limits.recordBytes = 1 << 20
        limits.overlapBytes = 1 << 10
        let reader = try MCAPReader(MemoryFile(bytes), limits: limits)
        var damaged: Damage?
        var read: UInt64 = 0
        do {
            let cursor = try reader.messages(MessageQuery())
            while try cursor.next() { read += 1 }
        } catch {
            damaged = error.damage
        }
        let checked = try reader.check()
        if let damaged {
            guard damaged.messages == read, damaged.byte <= UInt64(bytes.count) else {
                throw Broken("\(read) messages were read, and the damage says \(damaged)")
            }
        } else if checked.statistics.messages != read {
            throw Broken("\(read) messages, checked \(checked.statistics.messages)")
        }
        do {
            let cursor = try reader.messages(MessageQuery(order: .logTime))
            var last: UInt64 = 0
            while try cursor.next() {
                guard cursor.message.logTimeNs >= last else { throw Broken("times fall") }
                last = cursor.message.logTimeNs
            }
        } catch is MCAPError {}
        let file = MemoryFile(bytes)
        let writer = try MCAPWriter(resuming: file, options: WriterOptions(), verifying: true)
        try writer.add(Channel(id: 60_000, schemaID: 0, topic: "x", messageEncoding: ""))
        try writer.append([1], MessageHeader(channelID: 60_000, logTimeNs: 5))
        try writer.close()
        guard try MCAPReader(file).check().ending == .closed else {
            throw Broken("what was resumed and closed is not closed")
        }
    }
}
