/// Every delivery that can take a turn is equally likely to, at every step.
struct RandomScheduling: Scheduling {
    @inline(__always)
    mutating func choose(
        _ enabled: UInt64, _ stepper: borrowing Stepper, _ dice: inout Dice
    ) -> Int {
        let count = enabled.nonzeroBitCount
        return count == 1
            ? enabled.trailingZeroBitCount : enabled.position(ofBit: dice.below(count))
    }
}
