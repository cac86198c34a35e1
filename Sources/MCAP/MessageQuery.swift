/// Which messages to read, and in which order.
public struct MessageQuery: Equatable, Sendable {
    public enum Order: Sendable {
        /// As they stand in the file.
        case file
        /// By rising log time; those with the same one as they stand in the file.
        case logTime
    }

    public var order: Order
    /// Nanoseconds, both ends included.
    public var logTimesNs: ClosedRange<UInt64>
    /// Nil for all.
    public var channelIDs: Set<UInt16>?
    /// Only chunks (and messages outside of chunks) that begin at this byte or behind.
    public var firstByte: UInt64

    public init(
        order: Order = .file, logTimesNs: ClosedRange<UInt64> = 0...UInt64.max,
        channelIDs: Set<UInt16>? = nil, firstByte: UInt64 = 0
    ) {
        self.order = order
        self.logTimesNs = logTimesNs
        self.channelIDs = channelIDs
        self.firstByte = firstByte
    }

    /// Whether no index is needed and the whole file is read and checked on the way.
    var isEverythingInFileOrder: Bool {
        order == .file && logTimesNs == 0...UInt64.max && channelIDs == nil && firstByte == 0
    }

    @inline(__always)
    func takes(_ header: MessageHeader) -> Bool {
        logTimesNs.contains(header.logTimeNs)
            && (channelIDs == nil || channelIDs!.contains(header.channelID))
    }
}
