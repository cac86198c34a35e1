/// Reads the fields of one record's content, never past its end.
struct FieldReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var left: Int { bytes.count - position }

    mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(Fault) -> Number {
        let size = MemoryLayout<Number>.size
        guard size <= left else {
            throw Fault(.changed, "its content ends inside a field of \(size) bytes")
        }
        let value = bytes.loadUnaligned(fromByteOffset: position, as: Number.self)
        position += size
        return Number(littleEndian: value)
    }

    /// The number at the front.
    func first<Number: FixedWidthInteger>(_ type: Number.Type) throws(Fault) -> Number {
        var copy = self
        return try copy.number()
    }

    /// So many bytes, as a part of the same memory.
    mutating func take(_ count: UInt64) throws(Fault) -> UnsafeRawBufferPointer {
        guard count <= UInt64(left) else {
            throw Fault(.changed, "a field of \(count) bytes where \(left) are left in the record")
        }
        let part = UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(count)])
        position += Int(count)
        return part
    }

    mutating func sized() throws(Fault) -> UnsafeRawBufferPointer {
        try take(UInt64(try number(UInt32.self)))
    }

    mutating func string() throws(Fault) -> String {
        guard let text = String(validating: try sized(), as: UTF8.self) else {
            throw Fault(.changed, "a text that is not UTF-8")
        }
        return text
    }

    mutating func map() throws(Fault) -> StringMap {
        var inner = FieldReader(try sized())
        var map = StringMap()
        while inner.left > 0 {
            let key = try inner.string()
            map.append(key, try inner.string())
        }
        return map
    }
}
