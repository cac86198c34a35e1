/// The copies of one window and where they go.
///
/// Gap 0 is the front of the permuted window, gap i is behind its i-th survivor. In a gap stand first the
/// copies that belong right behind that survivor, by number, then those drawn for the gap, in input
/// order and by number.
struct Copies: Sendable {
    private struct Copy: Sendable {
        var gap: Int32
        var isBehindOriginal: Bool
        var slot: Int32
        var number: Int32
        var rule: Int32

        var place: (Int32, Int, Int32, Int32) { (gap, isBehindOriginal ? 0 : 1, slot, number) }
    }

    private var all: [Copy] = []

    var isEmpty: Bool { all.isEmpty }

    mutating func removeAll() { all.removeAll(keepingCapacity: true) }

    /// Adds the next copy of a record; rules add theirs one after the other.
    ///
    /// - Parameter gap: nil: right behind the original.
    mutating func add(slot: Int32, gap: Int32?, rule: Int32) {
        all.append(
            Copy(gap: gap ?? 0, isBehindOriginal: gap == nil, slot: slot, number: 0, rule: rule))
    }

    /// Puts the survivors into `deliveries` in their order, with all copies between them.
    mutating func assemble(
        _ survivors: Scratch.Numbers, _ movers: Movers, into deliveries: inout [Delivery],
        _ scratch: inout Scratch
    ) {
        if !all.isEmpty { numberAndSort(survivors, room: movers.slots, &scratch) }
        deliveries.resize(to: survivors.count + all.count, filler: Delivery(slot: 0))
        deliveries.withUnsafeMutableBufferPointer { deliveries in
            var end = 0
            var place = 0
            for copy in all {
                while place < copy.gap {
                    let slot = survivors[place]
                    deliveries[end] = Delivery(slot: slot, placedBy: movers[slot])
                    end &+= 1
                    place &+= 1
                }
                deliveries[end] = Delivery(
                    slot: copy.slot, copy: copy.number, placedBy: copy.rule)
                end &+= 1
            }
            while place < survivors.count {
                let slot = survivors[place]
                deliveries[end] = Delivery(slot: slot, placedBy: movers[slot])
                end &+= 1
                place &+= 1
            }
        }
    }

    /// Each rule added its copies in input order; numbers count over the rules.
    private mutating func numberAndSort(
        _ survivors: Scratch.Numbers, room slots: Int, _ scratch: inout Scratch
    ) {
        let placeOf = scratch.take(slots)
        for place in survivors.indices { placeOf[Int(survivors[place])] = Int32(place) }
        if all.count > 1 {
            all = all.enumerated().sorted {
                ($0.element.slot, $0.offset) < ($1.element.slot, $1.offset)
            }.map(\.element)
        }
        var number: Int32 = 0
        var previous: Int32 = -1
        for index in all.indices {
            let slot = all[index].slot
            number = slot == previous ? number + 1 : 1
            previous = slot
            all[index].number = number
            if all[index].isBehindOriginal { all[index].gap = placeOf[Int(slot)] + 1 }
        }
        if all.count > 1 { all.sort { $0.place < $1.place } }
    }
}

/// The rule that a move of each record is put down to; -1 where nothing moves.
struct Movers {
    /// Of all records alike, or by slot.
    private let rule: Int32
    private let rules: Scratch.Numbers?
    let slots: Int

    init(all rule: Int32, slots: Int) {
        self.rule = rule
        self.slots = slots
        rules = nil
    }

    init(_ rules: Scratch.Numbers) {
        rule = -1
        slots = rules.count
        self.rules = rules
    }

    @inline(__always)
    subscript(slot: Int32) -> Int32 {
        if let rules { rules[Int(slot)] } else { rule }
    }
}
