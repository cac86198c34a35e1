import Digests
import Perturbation
import Records

/// Follows the records of one segment, to compare them with what checkpoints say of them.
struct DigestCheck {
    private(set) var records: Int64 = 0
    private let digest: RecordDigest
    /// Records at and behind the position: a window that was emitted in part, or not yet.
    private var waiting: RecordBlock

    init(_ source: TopicPartition, _ digest: RecordDigest.Kind) {
        self.digest = RecordDigest(digest)
        waiting = RecordBlock(source: source)
    }

    /// Adds what was recorded, and counts everything below the position.
    mutating func add(_ block: RecordBlock, below next: Offset) throws {
        if waiting.isEmpty {
            let count = take(block, below: next)
            if count < block.count { try waiting.append(block, count..<block.count) }
            return
        }
        try waiting.append(block, 0..<block.count)
        let count = take(waiting, below: next)
        if count == 0 { return }
        var rest = RecordBlock(source: waiting.source)
        if count < waiting.count { try rest.append(waiting, count..<waiting.count) }
        waiting = rest
    }

    private mutating func take(_ block: RecordBlock, below next: Offset) -> Int {
        let count = block.entries.prefix { $0.offset < next }.count
        guard count > 0 else { return 0 }
        let end = Int(block.entries[count - 1].end)
        block.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
        records += Int64(count)
        return count
    }

    /// Whether what was counted is what the checkpoint says.
    func agrees(with position: Checkpoint.Position) -> Bool {
        records == position.records && digest.text == position.digest
    }
}
