/// How far shrinking may go.
public struct ShrinkingBudget: Sendable {
    /// Trials in all, confirmations included; nil: no limit.
    public var trials: Int?
    /// Asked before each trial: whether the time is over. The clock is the caller's.
    public var isOver: @Sendable () -> Bool

    public init(trials: Int? = nil, isOver: @escaping @Sendable () -> Bool = { false }) {
        self.trials = trials
        self.isOver = isOver
    }
}
