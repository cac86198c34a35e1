/// A record's place in a file.
struct RecordPlace {
    var opcode: UInt8
    /// The record's first byte.
    var start: UInt64
    var contentLength: UInt64

    /// The whole record's length.
    var length: UInt64 { contentLength + UInt64(Layout.recordHead) }
    var end: UInt64 { start + length }
}

/// Goes through a source from front to back with one window of memory.
struct RecordStream: ~Copyable {
    /// What of the source is read: everything up to here.
    let end: UInt64
    /// The next byte to take.
    private(set) var position: UInt64
    private(set) var crc = CRC32()
    private let source: any ByteSource
    private let computesCRC: Bool
    private let step: Int
    private var window = ByteBuffer(capacity: 0)
    private var windowStart: UInt64

    /// - Parameter step: how many bytes to ask the source for at once, where no record asks for more.
    init(
        _ source: any ByteSource, from position: UInt64 = 0, to end: UInt64, computesCRC: Bool,
        step: Int = 1 << 18
    ) {
        self.source = source
        self.end = end
        self.position = position
        self.computesCRC = computesCRC
        self.step = step
        windowStart = position
    }

    /// Lends the next bytes without taking them: `count`, or fewer where the source ends.
    mutating func peek(_ count: Int) throws(Fault) -> UnsafeRawBufferPointer {
        var skipped = Int(position - windowStart)
        if skipped + count > window.count {
            if skipped >= window.count {
                window.removeAll()
            } else {
                window.removeFirst(skipped)
            }
            windowStart = position
            skipped = 0
            let wanted =
                Int(
                    min(UInt64(max(count, step)), end - position)) - window.count
            if wanted > 0 {
                window.reserve(wanted)
                let room = UnsafeMutableRawBufferPointer(
                    start: window.base + window.count, count: wanted)
                do throws(MCAPError) {
                    window.grow(
                        by: try source.read(into: room, at: position + UInt64(window.count)))
                } catch {
                    throw Fault(error)
                }
            }
        }
        let available = min(count, window.count - skipped)
        return UnsafeRawBufferPointer(start: window.base + skipped, count: available)
    }

    /// Takes the next bytes; their checksum is computed in pieces, so that they need not fit memory.
    mutating func advance(_ count: UInt64) throws(Fault) {
        guard computesCRC else {
            position += count
            return
        }
        var left = count
        while left > 0 {
            let inWindow = window.count - Int(position - windowStart)
            let piece = try peek(Int(min(left, UInt64(max(inWindow, step)))))
            guard !piece.isEmpty else {
                throw Fault(.cut, "the file became shorter while it was read")
            }
            crc.update(piece)
            position += UInt64(piece.count)
            left -= UInt64(piece.count)
        }
    }

    /// The place of the record that begins at ``position``; nil at the end.
    ///
    /// - Throws: a fault where the rest is shorter than the record.
    mutating func place() throws(Fault) -> RecordPlace? {
        if position == end { return nil }
        let left = end - position
        let head = try peek(Layout.recordHead)
        guard head.count == Layout.recordHead else {
            throw Fault(.cut, "\(head.count) bytes are left, too few for a record's head")
        }
        let length = UInt64(
            littleEndian: head.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        guard length <= left - UInt64(Layout.recordHead) else {
            throw Fault(
                .cut,
                "a record of \(length) bytes (opcode \(head[0])) where "
                    + "\(left - UInt64(Layout.recordHead)) are left")
        }
        return RecordPlace(opcode: head[0], start: position, contentLength: length)
    }

    /// Lends the content of the record that begins at ``position``.
    mutating func content(
        of place: RecordPlace, limits: ReadLimits
    ) throws(Fault) -> UnsafeRawBufferPointer {
        guard place.contentLength <= limits.recordBytes else {
            throw Fault(
                .changed,
                "a record of \(place.contentLength) bytes (opcode \(place.opcode)); "
                    + "the limit is \(limits.recordBytes)")
        }
        let whole = try peek(Int(place.length))
        guard whole.count == Int(place.length) else {
            throw Fault(.cut, "the file became shorter while it was read")
        }
        return UnsafeRawBufferPointer(rebasing: whole[Layout.recordHead...])
    }

    /// Lends the first bytes of a record's content, at most `count`.
    mutating func front(_ count: Int, of place: RecordPlace) throws(Fault) -> UnsafeRawBufferPointer
    {
        let whole = try peek(Layout.recordHead + Int(min(UInt64(count), place.contentLength)))
        return UnsafeRawBufferPointer(rebasing: whole[min(Layout.recordHead, whole.count)...])
    }
}
