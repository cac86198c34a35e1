/// What a delivery does with its turn: it goes on, or what may go wrong there does.
public enum Action: UInt8, BitwiseCopyable, Hashable, Sendable, CaseIterable {
    case goOn
    /// Its worker dies in front of the operation.
    case crash
    /// The same, and positions of all that is done were committed just before.
    case crashCommitted
    /// The broker delivers its message again while it goes on.
    case redeliver
    /// It is done, and its acknowledgement gets lost.
    case loseAck
    /// Its partition is given to another node.
    case rebalance
    /// The lease of its lock ends.
    case expire
    /// The step fails that may fail.
    case fail
    case loseRequest
    case loseReply
    /// The inbox has forgotten the message, its window being over.
    case forget
    /// What it publishes is sent twice.
    case twice
    /// Its worker dies behind a store that is under way and takes effect later.
    case crashLanding
    /// A load or store takes too long, and has no effect.
    case timeOut
    /// Its node is not heard of: its partitions are given to others, and it works on.
    case evict
    /// The source, or the plan of its topic, sends its message once more: it comes now.
    case duplicate
    /// The plan of its topic leaves the message out.
    case drop
    /// The plan of its topic spoils the message: every attempt fails that can.
    case corrupt
    /// Of several leases that it has another one ends, in the order of their tables.
    case expireSecond, expireThird, expireFourth
    /// The caller waits no longer for the service that it is in, which works on.
    case giveUp
    /// The broker deals it out to the node behind the one whose turn it was.
    case dealElsewhere

    /// Among others, as a set.
    var bit: Actions { 1 << Actions(rawValue) }

    /// The kind of fault that it uses up one of.
    var budget: Budget? {
        switch self {
        case .goOn, .dealElsewhere: nil
        case .crash, .crashCommitted, .crashLanding: .crashes
        case .redeliver, .loseAck, .twice: .redeliveries
        case .rebalance: .rebalances
        case .expire, .expireSecond, .expireThird, .expireFourth, .forget: .expiries
        case .fail, .loseRequest, .loseReply, .giveUp: .failures
        case .timeOut: .timeouts
        case .evict: .evictions
        case .duplicate: .duplicates
        case .drop: .drops
        case .corrupt: .corruptions
        }
    }
}

extension Action {
    /// By the place of the lease that ends.
    static let expiries: [Action] = [.expire, .expireSecond, .expireThird, .expireFourth]
}

/// Several of them, each as its ``Action/bit``.
typealias Actions = UInt32

/// What is limited in one execution.
enum Budget: Int, CaseIterable {
    case crashes, redeliveries, rebalances, expiries, failures, duplicates, timeouts, evictions
    case drops, corruptions
}

/// One step of an execution: who has its turn, and what it does with it.
public struct Choice: Hashable, Sendable {
    /// The delivery, by its number in the model.
    public let delivery: UInt8
    public let action: Action

    public init(_ delivery: UInt8, _ action: Action = .goOn) {
        self.delivery = delivery
        self.action = action
    }
}
