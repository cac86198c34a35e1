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
        return Invariant.allCases.first { Self.bit($0) == bit }.map { .broken($0) }
    }

    static let deadLetterBit: UInt16 = 1 << 15

    @inline(__always)
    static func bit(_ invariant: Invariant) -> UInt16 {
        switch invariant {
        case .noOversell: 1
        case .noLostUpdate: 2
        case .exactlyOnceEffect: 4
        case .fifoPerKey: 8
        case .conservation: 16
        case .mutualExclusion: 32
        case .allHandledOrDead: 64
        case .boundedStaleness: 128
        }
    }
}
