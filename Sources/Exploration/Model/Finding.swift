import Simulation

/// What an execution did that it must not do.
public enum Finding: Hashable, Sendable, CustomStringConvertible {
    case broken(Invariant)
    /// Deliveries wait for each other, and nothing goes on.
    case deadlock
    /// Steps repeat without end, and nothing gets done.
    case livelock
    /// More dead letters than the bounds allow.
    case deadLetters
    /// An anomaly that the topology forbids, by its name.
    case anomaly(String)

    public var description: String {
        switch self {
        case .broken(let invariant): invariant.rawValue
        case .deadlock: "deadlock"
        case .livelock: "livelock"
        case .deadLetters: "too many dead letters"
        case .anomaly(let name): name
        }
    }

    /// Invariants and dead letters by their bit in ``Stepper/broken``.
    static func named(_ bit: UInt16) -> Finding? {
        if bit == deadLetterBit { return .deadLetters }
        return Invariant.allCases.first { $0.bit == bit }.map { .broken($0) }
    }

    static let deadLetterBit: UInt16 = 1 << 15
}
