/// POS: every step that is about to come has a priority of its own; the highest goes, and those that conflict with it
/// draw anew, so that orders of conflicting steps, not of all steps, are what is drawn.
///
/// Source: Yuan, Yang, Gu, *Partial Order Aware Concurrency Sampling* (CAV 2018).
struct PartialOrderSampling: Scheduling {
    private var priorities: [UInt64]
    private var known: UInt64 = 0
    private var conflicting: UInt64 = 0
    private var pending: [Touched]

    init(deliveries: Int) {
        priorities = [UInt64](repeating: 0, count: deliveries)
        pending = [Touched](repeating: Touched(), count: deliveries)
    }

    mutating func begin(_ dice: inout Dice) { known = 0 }

    mutating func choose(
        _ enabled: UInt64, _ stepper: borrowing Stepper, _ dice: inout Dice
    ) -> Int {
        var best = -1
        var rest = enabled
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            let bit: UInt64 = 1 << UInt64(slot)
            if known & bit == 0 {
                priorities[slot] = dice.next()
                pending[slot] = stepper.pending(slot)
                known |= bit
            }
            if best < 0 || priorities[slot] > priorities[best] { best = slot }
            rest &= rest &- 1
        }
        return best
    }

    mutating func note(_ slot: Int, _ touched: Touched, _ dice: inout Dice) {
        var rest = known
        while rest != 0 {
            let other = rest.trailingZeroBitCount
            rest &= rest &- 1
            if other == slot || pending[other].conflicts(with: touched) {
                known &= ~(1 << UInt64(other))
            }
        }
    }
}
