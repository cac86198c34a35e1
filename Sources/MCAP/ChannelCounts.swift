/// A number for each channel that occurs, in flat storage that empties in the time it was filled.
struct ChannelCounts: ~Copyable {
    /// By channel number, up to the highest that was ever counted.
    private var counts: UnsafeMutablePointer<Int>
    private var capacity = 64
    private var used: [UInt16] = []

    init() {
        counts = .allocate(capacity: capacity)
        counts.initialize(repeating: 0, count: capacity)
    }

    deinit { counts.deallocate() }

    /// The channels that were counted since the last emptying, by rising number.
    var channels: [UInt16] { used.sorted() }

    @inline(__always)
    subscript(channel: UInt16) -> Int { Int(channel) < capacity ? counts[Int(channel)] : 0 }

    /// - Precondition: `more` is above 0.
    @inline(__always)
    mutating func add(_ more: Int = 1, to channel: UInt16) {
        if Int(channel) >= capacity { enlarge(for: channel) }
        let count = counts[Int(channel)]
        if count == 0 { used.append(channel) }
        counts[Int(channel)] = count + more
    }

    /// Exchanges the number of a channel that was counted; the channel stays one of ``channels``.
    @inline(__always)
    mutating func set(_ count: Int, for channel: UInt16) { counts[Int(channel)] = count }

    @inline(never)
    private mutating func enlarge(for channel: UInt16) {
        let room = max(capacity * 2, Int(channel) + 1)
        let larger = UnsafeMutablePointer<Int>.allocate(capacity: room)
        larger.initialize(repeating: 0, count: room)
        larger.update(from: counts, count: capacity)
        counts.deallocate()
        counts = larger
        capacity = room
    }

    mutating func removeAll() {
        for channel in used { counts[Int(channel)] = 0 }
        used.removeAll(keepingCapacity: true)
    }
}
