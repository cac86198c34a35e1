/// What the runs of a strategy left unmeasured at their start.
public struct WarmUp: Hashable, Sendable {
    /// Messages of the run that left out fewest, and of the one that left out most.
    public let least: Int
    public let most: Int
    /// Runs in which MSER-5 found no cut, so that nothing was left out (``WarmUpCut/unsettled``).
    public let unsettled: Int
    public let count: Int
    /// Whether MSER-5 said how many; else a share that the topology sets.
    public let isByMSER: Bool

    init(_ outcomes: [RunOutcome]) {
        let messages = outcomes.map(\.warmUpMessages)
        least = messages.min() ?? 0
        most = messages.max() ?? 0
        unsettled = outcomes.count { $0.cut == .unsettled }
        count = outcomes.count
        isByMSER = outcomes.contains { $0.cut != .share }
    }

    /// Of all of them together.
    public init(_ all: [WarmUp]) {
        least = all.map(\.least).min() ?? 0
        most = all.map(\.most).max() ?? 0
        unsettled = all.reduce(0) { $0 + $1.unsettled }
        count = all.reduce(0) { $0 + $1.count }
        isByMSER = all.contains(where: \.isByMSER)
    }
}
