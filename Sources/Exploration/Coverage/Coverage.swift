/// What the executions of a search have come by: which faults struck at which step of which attempt, and which
/// conflicting steps of different deliveries followed each other.
///
/// The second is counted where executions are carried out as a whole; a search over states (`dfs`) knows faults alone.
public struct Coverage: Hashable, Sendable {
    /// A fault that could strike at a step.
    public struct Fault: Hashable, Sendable {
        public let action: Action
        /// `reserve/store`; `arrival` where the message is on its way.
        public let site: String
        /// From 1; more than eight count as eight.
        public let attempt: Int
        /// Of a message that the broker brought once more.
        public let isAgain: Bool
        /// Whether it did strike.
        public let wasTried: Bool
    }

    /// Two steps of different deliveries that touch one thing, with none between them that touches it too, and one of
    /// them changes it.
    public struct Pair: Hashable, Sendable {
        public let first: String
        public let then: String
    }

    static let attempts = 16
    /// Of all steps, and arrival behind them.
    private let sites: [String]
    /// Actions as bits, by site and attempt.
    private(set) var offered: [Actions]
    private(set) var tried: [Actions]
    /// A bit for each ordered pair of sites.
    private(set) var ordered: [UInt64]

    init(_ model: Model) {
        sites = model.program.sites + ["arrival"]
        offered = [Actions](repeating: 0, count: sites.count * Self.attempts)
        tried = offered
        ordered = [UInt64](repeating: 0, count: (sites.count * sites.count + 63) / 64)
    }

    @inline(__always)
    mutating func note(_ place: Int, _ action: Action, of actions: Actions) {
        offered[place] |= actions
        tried[place] |= action.bit
    }

    @inline(__always)
    mutating func note(_ first: Int, before then: Int) {
        let place = first * sites.count + then
        ordered[place >> 6] |= 1 << UInt64(place & 63)
    }

    /// What both have come by.
    mutating func formUnion(_ other: Coverage) {
        guard other.sites == sites else { return }
        for index in offered.indices {
            offered[index] |= other.offered[index]
            tried[index] |= other.tried[index]
        }
        for index in ordered.indices { ordered[index] |= other.ordered[index] }
    }

    /// In the order of the topology's steps.
    public var faults: [Fault] {
        var faults: [Fault] = []
        for place in offered.indices {
            for action in Action.allCases where action != .goOn && offered[place] & action.bit != 0
            {
                let attempt = place % Self.attempts
                faults.append(
                    Fault(
                        action: action, site: sites[place / Self.attempts],
                        attempt: attempt % 8 + 1, isAgain: attempt >= 8,
                        wasTried: tried[place] & action.bit != 0))
            }
        }
        return faults
    }

    /// In the order of the topology's steps.
    public var pairs: [Pair] {
        (0..<sites.count * sites.count).compactMap { place in
            ordered[place >> 6] & 1 << UInt64(place & 63) == 0
                ? nil : Pair(first: sites[place / sites.count], then: sites[place % sites.count])
        }
    }
}

// MARK: As numbers

extension Coverage {
    /// Offered, tried and ordered, one behind the other.
    var numbers: [UInt64] { offered.map(UInt64.init) + tried.map(UInt64.init) + ordered }

    /// Takes in what another process has come by; nothing where the numbers are of another topology.
    mutating func formUnion(numbers: [UInt64]) {
        let count = offered.count
        guard numbers.count == 2 * count + ordered.count else { return }
        for index in 0..<count {
            offered[index] |= Actions(truncatingIfNeeded: numbers[index])
            tried[index] |= Actions(truncatingIfNeeded: numbers[count + index])
        }
        for index in ordered.indices { ordered[index] |= numbers[2 * count + index] }
    }
}
