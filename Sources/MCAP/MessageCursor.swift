/// Goes from message to message.
///
/// Without filters and in file order, the whole file is checked on the way: every chunk before its first
/// message is given out, message indexes against the chunk, the checksum over everything, the summary.
/// By way of the index only what is read is checked.
public final class MessageCursor {
    enum Way {
        case file(FileOrderMessages)
        case indexed(IndexedMessages)
    }

    private let way: Way
    /// The message at hand; undefined before the first ``next()`` and after the last.
    public private(set) var message = MessageHeader(channelID: 0, logTimeNs: 0)
    private var data = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ way: Way) {
        self.way = way
    }

    /// Goes to the next message; false behind the last.
    ///
    /// - Throws: ``MCAPError/Code/damaged`` where the file cannot be read on; all messages before that
    ///   place were given out. It throws again at every further call.
    /// - Complexity: O(1) and without an allocation, but for decompressing each chunk once.
    public func next() throws(MCAPError) -> Bool {
        switch way {
        case .file(let messages): try messages.next(&message, &data)
        case .indexed(let messages): try messages.next(&message, &data)
        }
    }

    /// Lends the data of the message at hand.
    @inline(__always)
    public func withData<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(data)
    }

    /// A channel that the file defines before the message at hand (by way of the index: anywhere).
    public func channel(_ id: UInt16) -> Channel? {
        switch way {
        case .file(let messages): messages.channel(id)
        case .indexed(let messages): messages.channel(id)
        }
    }

    /// The first byte of the chunk of the message at hand, or of the message where it is in none.
    public var recordStart: UInt64 {
        switch way {
        case .file(let messages): messages.recordStart
        case .indexed(let messages): messages.recordStart
        }
    }

    /// How the file ends; nil as long as messages are left.
    public var ending: Ending? {
        switch way {
        case .file(let messages): messages.ending
        case .indexed(let messages): messages.ending
        }
    }
}
