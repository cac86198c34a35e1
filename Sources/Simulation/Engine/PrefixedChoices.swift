/// The first choices of a run from a list of deviations, all later ones from another chooser: what a search does that
/// goes on from a known place.
public struct PrefixedChoices<Rest: Choosing>: Choosing {
    public static var decidesOrder: Bool { true }

    /// What the list still holds, and what of it did not fit.
    public private(set) var prefix: ReplayedChoices
    public private(set) var rest: Rest
    private var left: Int

    /// - Parameters:
    ///   - deviations: of the prefix; where it has none the default is taken.
    ///   - length: how many choices, in the order in which they are put, the prefix has.
    public init(
        _ deviations: [Choice], length: Int, _ mode: ReplayedChoices.Mode = .strict, then rest: Rest
    ) {
        prefix = ReplayedChoices(deviations, mode)
        self.rest = rest
        left = max(0, length)
    }

    public mutating func choose(_ choice: Choice) -> Int32 {
        if left == 0 { return rest.choose(choice) }
        left -= 1
        return prefix.choose(choice)
    }
}
