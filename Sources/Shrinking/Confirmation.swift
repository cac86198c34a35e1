/// How often a trial must fail for the failure to count: `needed` of at most `trials`.
///
/// Trials end as soon as the rest can no longer change the outcome.
public struct Confirmation: Hashable, Sendable {
    public let needed: Int
    public let trials: Int

    /// - Parameters: both at least 1, `needed` at most `trials`.
    public init(needed: Int, of trials: Int) {
        precondition(1 <= needed && needed <= trials, "1 <= needed <= trials")
        self.needed = needed
        self.trials = trials
    }

    /// For what is deterministic.
    public static let once = Confirmation(needed: 1, of: 1)
}

/// What the trials of one candidate come to.
enum Verdict: Hashable, Sendable {
    case fails
    case passes
    /// Too many trials said nothing, or showed another failure.
    case unresolved
    /// Not known: the budget is spent.
    case unknown
}

/// Counts answers until they decide.
struct Tally {
    let confirmation: Confirmation
    private(set) var fails = 0
    private(set) var passes = 0
    private(set) var others = 0

    init(_ confirmation: Confirmation) { self.confirmation = confirmation }

    var trials: Int { fails + passes + others }

    mutating func count<Signature>(_ answer: Answer<Signature>, wanted: Signature) {
        switch answer {
        case .fails(wanted): fails += 1
        case .passes: passes += 1
        case .fails, .unresolved: others += 1
        }
    }

    /// nil: go on.
    var verdict: Verdict? {
        if fails >= confirmation.needed { return .fails }
        if fails + confirmation.trials - trials >= confirmation.needed { return nil }
        // Had those that said nothing failed, it would have counted.
        return fails + others >= confirmation.needed ? .unresolved : .passes
    }
}
