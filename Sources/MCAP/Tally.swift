/// Messages counted: in all, for each channel, and between which log times.
struct Tally {
    private(set) var messages: UInt64 = 0
    private(set) var startTimeNs: UInt64 = 0
    private(set) var endTimeNs: UInt64 = 0
    private var byChannel: [UInt16: UInt64] = [:]

    mutating func add(_ count: Int, to channel: UInt16) {
        byChannel[channel, default: 0] += UInt64(count)
        messages += UInt64(count)
    }

    mutating func add(_ counts: borrowing ChannelCounts) {
        for channel in counts.channels { add(counts[channel], to: channel) }
    }

    /// Widens the times. To be called before the messages in it are added.
    mutating func widen(_ start: UInt64, _ end: UInt64) {
        if messages == 0 {
            startTimeNs = start
            endTimeNs = end
        } else {
            startTimeNs = min(startTimeNs, start)
            endTimeNs = max(endTimeNs, end)
        }
    }

    var channelMessages: [Statistics.ChannelCount] {
        byChannel.sorted { $0.key < $1.key }.map {
            Statistics.ChannelCount(channelID: $0.key, messages: $0.value)
        }
    }
}
