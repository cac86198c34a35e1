/// Back-pressure: whether the proxy reads, waits a moment, or holds its partitions.
///
/// A pause throws away what was fetched ahead, so a full pipe is first left alone for a moment. If it
/// stays full the partitions are paused and polling goes on, so that the group keeps this member.
struct Pressure {
    enum Step: Hashable {
        case read
        /// Leave the consumer alone for now.
        case wait
        /// Pause everything, then poll for events.
        case hold
        /// Poll for events; everything is paused.
        case holding
        /// Resume everything, then read.
        case release
    }

    private(set) var isHolding = false
    private var fullSinceNs: UInt64?
    /// When the partitions were paused.
    private(set) var heldSinceNs: UInt64 = 0
    private static let patienceNs: UInt64 = 1_000_000_000

    /// - Parameters:
    ///   - isFull: nothing more should come in.
    ///   - hasRoom: there is so much room that reading may begin again.
    mutating func step(isFull: Bool, hasRoom: Bool, nowNs: UInt64) -> Step {
        if isHolding {
            guard hasRoom else { return .holding }
            isHolding = false
            fullSinceNs = nil
            return .release
        }
        guard isFull else {
            fullSinceNs = nil
            return .read
        }
        let since = fullSinceNs ?? nowNs
        fullSinceNs = since
        if nowNs < since + Self.patienceNs { return .wait }
        isHolding = true
        heldSinceNs = nowNs
        return .hold
    }

    /// New partitions came, which are not paused: the next step decides anew.
    mutating func reset() {
        isHolding = false
        fullSinceNs = nil
    }
}
