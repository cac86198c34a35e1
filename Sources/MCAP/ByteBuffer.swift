/// Bytes in one piece that grow and are used again, written little-endian as the format asks.
///
/// A value of its own rather than an array, so that what is appended is copied once, nothing is
/// filled with zeros first, and emptying keeps the room.
struct ByteBuffer: ~Copyable {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var count = 0
    private(set) var capacity: Int

    init(capacity: Int = 0) {
        self.capacity = max(capacity, 64)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    mutating func removeAll() { count = 0 }

    /// Takes bytes off the end.
    mutating func shrink(to count: Int) {
        precondition(count <= self.count)
        self.count = count
    }

    /// Counts bytes as used that the caller has written behind the end.
    mutating func grow(by more: Int) {
        precondition(count + more <= capacity)
        count += more
    }

    /// Drops bytes at the front and moves the rest there.
    mutating func removeFirst(_ dropped: Int) {
        precondition(dropped <= count)
        count -= dropped
        base.copyMemory(from: base + dropped, byteCount: count)
    }

    /// Makes room for `more` bytes behind the end.
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if count + more > capacity { enlarge(to: count + more) }
    }

    @inline(never)
    private mutating func enlarge(to needed: Int) {
        let room = max(needed, capacity + capacity / 2)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
        capacity = room
    }

    @inline(__always)
    mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        reserve(MemoryLayout<Number>.size)
        base.storeBytes(of: number.littleEndian, toByteOffset: count, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    @inline(__always)
    mutating func put(_ source: UnsafeRawBufferPointer) {
        reserve(source.count)
        if let from = source.baseAddress {
            (base + count).copyMemory(from: from, byteCount: source.count)
        }
        count += source.count
    }

    mutating func put(_ source: [UInt8]) {
        source.withUnsafeBytes { put($0) }
    }

    /// Overwrites a number that was put before.
    mutating func set<Number: FixedWidthInteger>(_ number: Number, at position: Int) {
        precondition(position + MemoryLayout<Number>.size <= count)
        base.storeBytes(of: number.littleEndian, toByteOffset: position, as: Number.self)
    }

    // MARK: Fields

    /// - Throws: ``MCAPError/Code/limit`` for more bytes than a 32-bit length can say.
    mutating func put(sized source: UnsafeRawBufferPointer) throws(MCAPError) {
        put(try Self.length(source.count))
        put(source)
    }

    mutating func put(_ text: String) throws(MCAPError) {
        var text = text
        text.makeContiguousUTF8()
        put(try Self.length(text.utf8.count))
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    mutating func put(_ map: StringMap) throws(MCAPError) {
        let start = count
        put(UInt32(0))
        for entry in map {
            try put(entry.key)
            try put(entry.value)
        }
        set(try Self.length(count - start - 4), at: start)
    }

    private static func length(_ bytes: Int) throws(MCAPError) -> UInt32 {
        guard let length = UInt32(exactly: bytes) else {
            throw MCAPError(.limit, "a field of \(bytes) bytes; MCAP allows \(UInt32.max)")
        }
        return length
    }
}
