/// A number for each channel that occurs, in flat storage that empties in the time it was filled.
struct ChannelCounts: ~Copyable {
    private let counts: UnsafeMutablePointer<Int>
    private var used: [UInt16] = []

    init() {
        counts = .allocate(capacity: 1 << 16)
        counts.initialize(repeating: 0, count: 1 << 16)
    }

    deinit { counts.deallocate() }

    /// The channels that were counted since the last emptying, by rising number.
    var channels: [UInt16] { used.sorted() }

    @inline(__always)
    subscript(channel: UInt16) -> Int { counts[Int(channel)] }

    /// - Precondition: `more` is above 0.
    @inline(__always)
    mutating func add(_ more: Int = 1, to channel: UInt16) {
        let count = counts[Int(channel)]
        if count == 0 { used.append(channel) }
        counts[Int(channel)] = count + more
    }

    /// Exchanges the number of a channel that was counted; the channel stays one of ``channels``.
    @inline(__always)
    mutating func set(_ count: Int, for channel: UInt16) { counts[Int(channel)] = count }

    mutating func removeAll() {
        for channel in used { counts[Int(channel)] = 0 }
        used.removeAll(keepingCapacity: true)
    }
}
