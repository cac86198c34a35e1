/// Who takes the next turn, execution after execution: what a strategy that samples is.
protocol Scheduling {
    /// A new execution, from its first step.
    mutating func begin(_ dice: inout Dice)

    /// One of those that are enabled.
    ///
    /// - Parameters:
    ///   - enabled: a bit for each delivery; not 0.
    ///   - stepper: what each would do next.
    mutating func choose(
        _ enabled: UInt64, _ stepper: borrowing Stepper, _ dice: inout Dice
    ) -> Int

    /// A step was carried out.
    mutating func note(_ slot: Int, _ touched: Touched, _ dice: inout Dice)

    /// Which of these actions may be drawn.
    func permitted(_ actions: Actions) -> Actions

    /// An execution is over.
    mutating func end(_ steps: Int, isNew: Bool)

    /// What it has learned from executions, as numbers.
    var stand: [UInt64] { get }

    /// Takes up what another one has learned.
    mutating func resume(_ stand: [UInt64])
}

extension Scheduling {
    mutating func begin(_ dice: inout Dice) {}
    mutating func note(_ slot: Int, _ touched: Touched, _ dice: inout Dice) {}
    func permitted(_ actions: Actions) -> Actions { actions }
    mutating func end(_ steps: Int, isNew: Bool) {}
    var stand: [UInt64] { [] }
    mutating func resume(_ stand: [UInt64]) {}
}
