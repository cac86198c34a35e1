import Records

/// Uniform over the interleavings that keep the order within every key.
///
/// ```
/// in  a1 b1 a2 c1 b2
/// out b1 a1 c1 b2 a2
/// ```
///
/// A shuffle of the records decides which key holds which place; every key then fills its places in
/// its own order. Each interleaving comes from the same number of permutations, so all are equally
/// likely. A null key is a key of its own for each record; the empty key is a key.
///
/// Draws: those of ``Shuffle``.
struct PerKey {
    /// Group of each member: the index of the first member with its key.
    private var group: [Int32] = []
    private var table: [Int32] = []
    private var isPlaced: [Bool] = []
    private var nextMember: [Int32] = []
    private var latest: [Int32] = []

    mutating func permute(
        _ items: inout [Int32], of window: Window,
        _ draws: inout Draws
    ) {
        let count = items.count
        findGroups(items, window)
        // Lists of members per group, in input order: group -> first, nextMember -> following.
        var order = Array(Int32(0)..<Int32(count))
        Shuffle.permute(&order, &draws)
        var head = Array(Int32(0)..<Int32(count))
        let members = items
        for place in 0..<count {
            let label = Int(group[Int(order[place])])
            let member = head[label]
            items[place] = members[Int(member)]
            head[label] = nextMember[Int(member)]
        }
    }

    private mutating func findGroups(
        _ items: [Int32], _ window: Window
    ) {
        let bytes = window.bytes
        let count = items.count
        var room = 16
        while room < count * 2 { room *= 2 }
        table.removeAll(keepingCapacity: true)
        table.append(contentsOf: repeatElement(-1, count: room))
        group = Array(Int32(0)..<Int32(count))
        latest = group
        nextMember = [Int32](repeating: -1, count: count)
        for member in 0..<count {
            guard let key = window.entries[Int(items[member])].keyRange else { continue }
            var slot = Int(truncatingIfNeeded: Self.hash(bytes, key)) & (room - 1)
            while table[slot] >= 0 {
                let first = table[slot]
                if let other = window.entries[Int(items[Int(first)])].keyRange,
                    bytes[other].elementsEqual(bytes[key])
                {
                    group[member] = first
                    nextMember[Int(latest[Int(first)])] = Int32(member)
                    latest[Int(first)] = Int32(member)
                    break
                }
                slot = (slot + 1) & (room - 1)
            }
            if table[slot] < 0 { table[slot] = Int32(member) }
        }
    }

    /// FNV-1a, 64 bits; only finds equal keys faster, and has no part in any draw.
    private static func hash(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return hash ^ hash >> 32
    }
}
