/// Traffic as it was recorded: when messages came, about which key, and how large they were.
public struct Workload: Hashable, Sendable {
    /// Where it is from, for people.
    public let name: String
    /// Of each message, in nanoseconds after the first, never falling.
    public let arrivalsNs: [Int64]
    /// Of each message: the number of its key, by order of first sight. A message without key has a number
    /// of its own.
    public let keys: [Int32]
    /// Of each message: the bytes of its key and its value.
    public let sizes: [Int32]
    /// Of each key: Kafka's hash of its bytes (murmur2), or nil where the message had none.
    public let hashes: [UInt32?]

    public init(
        name: String, arrivalsNs: [Int64], keys: [Int32], sizes: [Int32], hashes: [UInt32?]
    ) {
        precondition(arrivalsNs.count == keys.count && keys.count == sizes.count)
        self.name = name
        self.arrivalsNs = arrivalsNs
        self.keys = keys
        self.sizes = sizes
        self.hashes = hashes
    }

    public var count: Int { arrivalsNs.count }
}
