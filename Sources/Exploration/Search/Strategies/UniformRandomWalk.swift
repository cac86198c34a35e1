/// Every interleaving of what deliveries still have to do is equally likely: a delivery's chance is its share of the
/// steps that are left. How many those are is known from executions before; with steps that depend on what others do
/// it is an estimate.
///
/// Source: Zhao, Wolff, Mathur, Roychoudhury, *Selectively Uniform Concurrency Testing* (ASPLOS 2025), the walk URW.
struct UniformRandomWalk: Scheduling {
    private var lengths: [Int]
    private var taken: [Int]

    init(deliveries: Int) {
        lengths = [Int](repeating: 1, count: deliveries)
        taken = lengths
    }

    mutating func begin(_ dice: inout Dice) {
        for slot in taken.indices { taken[slot] = 0 }
    }

    @inline(__always)
    private func left(_ slot: Int) -> Int { max(1, lengths[slot] - taken[slot]) }

    mutating func choose(
        _ enabled: UInt64, _ stepper: borrowing Stepper, _ dice: inout Dice
    ) -> Int {
        var total = 0
        var rest = enabled
        while rest != 0 {
            total += left(rest.trailingZeroBitCount)
            rest &= rest &- 1
        }
        var drawn = dice.below(total)
        rest = enabled
        while true {
            let slot = rest.trailingZeroBitCount
            drawn -= left(slot)
            if drawn < 0 { return slot }
            rest &= rest &- 1
        }
    }

    mutating func note(_ slot: Int, _ touched: Touched, _ dice: inout Dice) {
        taken[slot] += 1
    }

    mutating func end(_ steps: Int, isNew: Bool) {
        for slot in taken.indices { lengths[slot] = max(lengths[slot], taken[slot]) }
    }

    var stand: [UInt64] { lengths.map { UInt64($0) } }

    mutating func resume(_ stand: [UInt64]) {
        guard stand.count == lengths.count else { return }
        lengths = stand.map { Int(clamping: $0) }
    }
}
