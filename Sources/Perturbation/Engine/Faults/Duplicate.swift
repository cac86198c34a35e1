import Configuration

/// Sends records again; copies count from 1 over all rules, in the order of the plan.
///
/// ```
/// in       a b c d e
/// adjacent a b b c d e
/// anywhere a b c d b e
/// ```
///
/// Draws: per record, at its offset: one hit; where the number of copies varies, one number below
/// (most - fewest + 1); for each copy that goes anywhere its gap, one number below (survivors + 1).
struct Duplicate: Sendable {
    let scope: RuleScope
    let probability: Ratio
    let copies: ClosedRange<Int>
    let placement: Rule.Placement

    /// Adds the copies of the survivors of `window`.
    func draw(into all: inout Copies, survivors: [Int32], of window: Window) {
        if probability == .zero { return }
        let more = UInt64(copies.upperBound - copies.lowerBound)
        for slot in survivors {
            let entry = window.entries[Int(slot)]
            guard scope.matches(entry, in: window) else { continue }
            var draws = scope.stream.draws(at: entry.offset)
            guard draws.hits(probability.numerator, in: probability.denominator) else { continue }
            let count = copies.lowerBound + (more == 0 ? 0 : Int(draws.below64(more + 1)))
            for _ in 0..<count {
                let gap =
                    placement == .anywhere
                    ? Int32(draws.below64(UInt64(survivors.count) + 1)) : Copies.behindOriginal
                all.add(slot: slot, gap: gap, rule: scope.index)
            }
        }
    }
}

/// The copies of one window and where they go.
///
/// Gap 0 is the front of the permuted window, gap i is behind its i-th survivor and the copies right
/// behind that. Copies in one gap stand in input order, those of one record by number.
struct Copies: Sendable {
    struct Copy: Sendable {
        var gap: Int32
        var slot: Int32
        var number: Int32
        var rule: Int32

        static func < (left: Copy, right: Copy) -> Bool {
            (left.gap, left.slot, left.number) < (right.gap, right.slot, right.number)
        }
    }

    static let behindOriginal: Int32 = -1

    private var all: [Copy] = []
    private var behind: [Copy] = []
    private var scattered: [Copy] = []

    mutating func removeAll() {
        all.removeAll(keepingCapacity: true)
    }

    mutating func add(slot: Int32, gap: Int32, rule: Int32) {
        all.append(Copy(gap: gap, slot: slot, number: 0, rule: rule))
    }

    /// Appends the survivors in their order, with all copies between them.
    mutating func assemble(
        _ survivors: [Int32], movedBy: [Int32], into deliveries: inout [Delivery]
    ) {
        if all.isEmpty {
            for slot in survivors {
                deliveries.append(Delivery(slot: slot, placedBy: movedBy[Int(slot)]))
            }
            return
        }
        numberAndSort()
        var next = 0
        appendScattered(inGap: 0, &next, &deliveries)
        for (index, slot) in survivors.enumerated() {
            deliveries.append(Delivery(slot: slot, placedBy: movedBy[Int(slot)]))
            var own = partitionPoint(behind.count) { behind[$0].slot < slot }
            while own < behind.count, behind[own].slot == slot {
                deliveries.append(behind[own].delivery)
                own += 1
            }
            appendScattered(inGap: Int32(index + 1), &next, &deliveries)
        }
    }

    /// Each rule added its copies in input order; numbers count over the rules.
    private mutating func numberAndSort() {
        let inOrder = all.enumerated().sorted {
            ($0.element.slot, $0.offset) < ($1.element.slot, $1.offset)
        }
        behind.removeAll(keepingCapacity: true)
        scattered.removeAll(keepingCapacity: true)
        var number: Int32 = 0
        var previous: Int32 = -1
        for var copy in inOrder.map(\.element) {
            number = copy.slot == previous ? number + 1 : 1
            previous = copy.slot
            copy.number = number
            if copy.gap == Self.behindOriginal {
                behind.append(copy)
            } else {
                scattered.append(copy)
            }
        }
        scattered.sort(by: <)
    }

    private func appendScattered(
        inGap gap: Int32, _ next: inout Int, _ deliveries: inout [Delivery]
    ) {
        while next < scattered.count, scattered[next].gap == gap {
            deliveries.append(scattered[next].delivery)
            next += 1
        }
    }
}

extension Copies.Copy {
    fileprivate var delivery: Delivery { Delivery(slot: slot, copy: number, placedBy: rule) }
}
