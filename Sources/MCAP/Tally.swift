/// Messages counted: in all, for each channel, and between which log times.
struct Tally {
    private(set) var messages: UInt64 = 0
    private(set) var startTimeNs: UInt64 = 0
    private(set) var endTimeNs: UInt64 = 0
    private var byChannel: [UInt64] = []

    mutating func add(_ count: Int, to channel: UInt16) {
        if Int(channel) >= byChannel.count {
            byChannel += repeatElement(0, count: Int(channel) + 1 - byChannel.count)
        }
        byChannel[Int(channel)] += UInt64(count)
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
        byChannel.indices.filter { byChannel[$0] > 0 }.map {
            Statistics.ChannelCount(channelID: UInt16($0), messages: byChannel[$0])
        }
    }
}
