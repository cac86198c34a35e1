import Records

@testable import Perturbation

extension TestRandom {
    /// Any outcome of a window: records dropped, the others in any order, copies in any gap and any
    /// order of their numbers, delays, changes of values.
    mutating func outcome(records: Int) -> (outcome: Outcome, drops: [Int32]) {
        var drops = [Int32](repeating: Canonical.notDropped, count: records)
        for slot in drops.indices where chance(1, in: 8) { drops[slot] = rule() }
        var originals = drops.indices.filter { drops[$0] == Canonical.notDropped }.map(Int32.init)
        switch below(4) {
        case 0: break
        case 1: shuffle(&originals)
        default:
            for _ in 0..<below(4) where originals.count > 1 {
                originals.swapAt(below(originals.count), below(originals.count))
            }
        }
        let byHand = chance(1, in: 4)
        var deliveries = originals.map { Delivery(slot: $0, placedBy: byHand ? -1 : rule()) }
        for slot in originals where chance(1, in: 5) {
            for copy in 1...Int32(within(1...4)) {
                let here = deliveries.firstIndex { $0.slot == slot && $0.copy == 0 } ?? 0
                let place = chance(1, in: 2) ? here + 1 : below(deliveries.count + 1)
                deliveries.insert(Delivery(slot: slot, copy: copy, placedBy: rule()), at: place)
            }
        }
        var outcome = Outcome()
        for index in deliveries.indices {
            if chance(1, in: 6) {
                deliveries[index].delayMicroseconds = Int64(within(1...1_000_000))
                deliveries[index].delayedBy = rule()
            }
            for corrupting in 0..<Int32(3) where chance(1, in: 12) {
                deliveries[index].isCorrupted = true
                outcome.corruptions.append(
                    .init(
                        slot: deliveries[index].slot, copy: deliveries[index].copy,
                        corruption: pick([.null, .truncate(toBytes: 3), .flip(bit: 77)]),
                        rule: corrupting))
            }
        }
        outcome.deliveries = deliveries
        return (outcome, drops)
    }

    private mutating func rule() -> Int32 { Int32(below(4)) - 1 }
}

/// A window of records without content, at the given offsets.
func emptyRecords(_ source: TopicPartition, at offsets: [Offset]) throws -> RecordBlock {
    var block = RecordBlock(source: source, reservingBytes: 4096)
    for offset in offsets { try block.append(Record(source: source, offset: offset)) }
    return block
}
