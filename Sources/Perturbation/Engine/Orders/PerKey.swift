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
enum PerKey {
    static func permute(
        _ items: Scratch.Numbers, of window: Window, _ draws: inout Draws, _ scratch: inout Scratch
    ) {
        // Keys are named by the index of their first member. Lists of members by key, in input order:
        // its name -> the first, each -> the following.
        let key = scratch.take(items.count)
        let following = scratch.take(items.count)
        findKeys(items, window, key, following, &scratch)
        let turns = scratch.take(items.count)
        let heads = scratch.take(items.count)
        let members = scratch.take(items.count)
        for index in items.indices {
            turns[index] = Int32(index)
            heads[index] = Int32(index)
            members[index] = items[index]
        }
        Shuffle.permute(turns, &draws)
        for place in items.indices {
            let name = Int(key[Int(turns[place])])
            let member = Int(heads[name])
            items[place] = members[member]
            heads[name] = following[member]
        }
    }

    private static func findKeys(
        _ items: Scratch.Numbers, _ window: Window, _ key: Scratch.Numbers,
        _ following: Scratch.Numbers, _ scratch: inout Scratch
    ) {
        var room = 16
        while room < items.count * 2 { room *= 2 }
        let table = scratch.take(room, filledWith: -1)
        let latest = scratch.take(items.count)
        for member in items.indices {
            key[member] = Int32(member)
            latest[member] = Int32(member)
            following[member] = -1
            guard let own = window.key(of: items[member]) else { continue }
            var place = Int(truncatingIfNeeded: hash(own)) & (room - 1)
            while table[place] >= 0, !isSame(window.key(of: items[Int(table[place])]), own) {
                place = (place + 1) & (room - 1)
            }
            if table[place] < 0 {
                table[place] = Int32(member)
            } else {
                let first = table[place]
                key[member] = first
                following[Int(latest[Int(first)])] = Int32(member)
                latest[Int(first)] = Int32(member)
            }
        }
    }

    private static func isSame(
        _ left: UnsafeRawBufferPointer?, _ right: UnsafeRawBufferPointer
    ) -> Bool {
        left.map { $0.count == right.count && $0.elementsEqual(right) } ?? false
    }

    /// FNV-1a, 64 bits; only finds equal keys faster, and has no part in any draw.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ hash >> 32
    }
}

extension Window {
    /// The key of the record in that slot; nil for null.
    fileprivate func key(of slot: Int32) -> UnsafeRawBufferPointer? {
        entries[Int(slot)].keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }
}
