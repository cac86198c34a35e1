import Records

/// Which records a window takes, asked record by record as they are read: it ends after the length
/// drawn for its start, before a record that would take it over the plan's bytes (one larger record
/// stands alone), and behind the last offset of a closing.
///
/// ```
/// var limit = perturber.limit(at: start)
/// while limit.admits(offset: next.offset, payloadBytes: next.payloadBytes) { … }
/// ```
public struct WindowLimit: Hashable, Sendable {
    public let start: Offset
    /// The length drawn.
    public let records: Int
    public let bytes: Int
    /// The last offset of the window where it was closed early; nil where it was not.
    public let through: Offset?
    /// Records taken so far, and their payload (``RecordBlock/Entry/payloadBytes``).
    public private(set) var count = 0
    public private(set) var payload = 0

    init(start: Offset, records: Int, bytes: Int, through: Offset?) {
        self.start = start
        self.records = records
        self.bytes = bytes
        self.through = through
    }

    /// Whether the window has its full number of records: it ends without a look at the next one.
    public var isFull: Bool { count >= records }

    /// Takes the next record of the partition, or answers that the window ended before it.
    public mutating func admits(offset: Offset, payloadBytes: Int) -> Bool {
        if isFull { return false }
        if let through, offset > through { return false }
        if count > 0 && payload + payloadBytes > bytes { return false }
        count += 1
        payload += payloadBytes
        return true
    }
}

extension Perturber {
    /// The limit of the window that starts at `start`.
    ///
    /// - Parameter through: its last offset, where a closing of the schedule says one.
    public func limit(at start: Offset, through: Offset? = nil) -> WindowLimit {
        WindowLimit(
            start: start, records: windowLength(at: start), bytes: shape.bytes, through: through)
    }
}
