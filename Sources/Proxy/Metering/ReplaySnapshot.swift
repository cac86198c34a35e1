import Records

/// All that a replay can tell of itself at a moment.
public struct ReplaySnapshot: Sendable {
    /// One partition of the recording.
    public struct Partition: Sendable {
        public var source: TopicPartition
        /// Records that were read of it.
        public var read = 0
        /// Deliveries that were handed to where they go.
        public var emitted = 0
    }

    /// In the order in which they were met.
    public var partitions: [Partition] = []
    /// When the record that was emitted last arrived, in nanoseconds since 1970; nil before the first.
    public var arrivalNs: UInt64?
    /// By how much it missed the time that its pace gave it, in nanoseconds.
    public var lateNs: UInt64 = 0
    /// Deliveries that the client library holds or that are on their way to the broker.
    public var outstanding = 0
}

extension Meter<ReplaySnapshot> {
    public var health: ProxyHealth {
        let pulse = pulse
        return ProxyHealth(
            phase: phase, silence: pulse.silence, allowed: pulse.allowed, owned: 1, consumer: nil,
            output: clientStatistics()["producer"])
    }
}
