/// Bytes of text that grow, with the few ways of appending that lines of a schedule need.
public struct TextBuffer: Sendable {
    /// Bytes in use; `storage.count` is the room.
    public private(set) var count = 0
    private var storage: [UInt8] = []

    public init() {}

    public var isEmpty: Bool { count == 0 }
    public var string: String { String(decoding: storage[..<count], as: UTF8.self) }
    public var bytes: [UInt8] { Array(storage[..<count]) }

    public mutating func removeAll() { count = 0 }

    public func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try storage.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    @inline(__always)
    private mutating func makeRoom(_ more: Int) {
        if count + more > storage.count {
            let room = max(count + more, max(1024, storage.count * 2))
            storage += [UInt8](repeating: 0, count: room - storage.count)
        }
    }

    @inline(__always)
    public mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        makeRoom(bytes.count)
        let position = count
        storage.withUnsafeMutableBytes {
            ($0.baseAddress! + position).copyMemory(from: source, byteCount: bytes.count)
        }
        count += bytes.count
    }

    @inline(__always)
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    public mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    public mutating func append(byte: UInt8) {
        makeRoom(1)
        storage[count] = byte
        count += 1
    }

    /// The number in decimal.
    @inline(__always)
    public mutating func append(_ number: Int64) {
        write(atMost: 20) { cursor in
            var cursor = cursor
            cursor.put(number)
            return cursor
        }
    }

    /// Lends a cursor at the end of the text, with room for so many bytes.
    @inline(__always)
    mutating func write(atMost more: Int, _ body: (TextCursor) -> TextCursor) {
        makeRoom(more + TextCursor.slack)
        let start = count
        count = storage.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return start }
            return body(TextCursor(base + start)).end - base
        }
    }

    /// A JSON string.
    public mutating func append(quoted text: String) {
        append(byte: UInt8(ascii: "\""))
        append(Self.escaped(text))
        append(byte: UInt8(ascii: "\""))
    }

    /// The inside of a JSON string: quotes and backslashes escaped by a backslash; what YAML or a
    /// terminal would not take as it is (control characters, U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF) as
    /// `\u` and four digits; all else as it is.
    static func escaped(_ text: String) -> [UInt8] {
        let isPlain = text.utf8.allSatisfy {
            (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C
        }
        if isPlain { return Array(text.utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: bytes += [0x5C, UInt8(scalar.value)]
            case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u".utf8)
                for shift in [12, 8, 4, 0] { bytes.append(digits[Int(scalar.value >> shift & 15)]) }
            default: bytes += Array(String(scalar).utf8)
            }
        }
        return bytes
    }

    public mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let truth): append(text: truth ? "true" : "false")
        case .number(let text): append(text: text)
        case .string(let text): append(quoted: text)
        case .array(let elements):
            append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { append(",") }
                append(element)
            }
            append("]")
        case .object(let members):
            append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { append(",") }
                append(quoted: member.name)
                append(":")
                append(member.value)
            }
            append("}")
        }
    }
}
