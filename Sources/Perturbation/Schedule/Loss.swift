import Records

/// Offsets that were gone, or passed over, before anybody read them: what records they held is not
/// known. They lie in front of a record of the window that follows the line, or of a later one.
public struct Loss: Hashable, Sendable {
    /// What the user said is to be done about it.
    public enum Policy: String, Hashable, Sendable {
        /// What retention left is read from its beginning.
        case earliest
        /// Nothing of what is there is read, only what comes.
        case latest
    }

    public var source: TopicPartition
    /// The first offset that would have been read.
    public var start: Offset
    /// The last one that was not.
    public var through: Offset
    public var policy: Policy

    public init(source: TopicPartition, start: Offset, through: Offset, policy: Policy) {
        self.source = source
        self.start = start
        self.through = through
        self.policy = policy
    }

    /// How many offsets; fewer records where there were gaps between them.
    public var count: Int64 { through - start + 1 }
}
