import Records

/// Says where the windows of one partition end, as far as the log says it: by their drawn length and by
/// `window.bytes`. Who reads the log asks it for each record; clocks close windows from outside.
public struct WindowFormer: Sendable {
    /// Where the window at hand starts: behind the one before, whatever the gap; under a plan that leaves
    /// records out (``Plan/isSparse``) at its first record.
    public private(set) var start: Offset
    /// Records that it takes.
    public private(set) var length: Int
    private var records = 0
    private var payloadBytes = 0
    private let perturber: Perturber

    public init(_ perturber: Perturber, start: Offset) {
        self.perturber = perturber
        self.start = start
        length = perturber.windowLength(at: start)
    }

    /// Whether the window must end before a record of that payload; a single larger one stands alone.
    public func endsBefore(payloadBytes more: Int) -> Bool {
        records > 0 && payloadBytes + more > perturber.shape.bytes
    }

    /// Takes a record into the window.
    ///
    /// - Returns: whether the window is full with it.
    public mutating func take(payloadBytes more: Int, at offset: Offset) -> Bool {
        if perturber.isSparse && records == 0 { begin(at: offset) }
        records += 1
        payloadBytes += more
        return records == length
    }

    /// The window ended; the next one starts at `next`.
    public mutating func begin(at next: Offset) {
        start = next
        length = perturber.windowLength(at: next)
        records = 0
        payloadBytes = 0
    }
}
