/// Goes through a JSON document (RFC 8259) value by value and checks its grammar; makes nothing of it.
struct JSONScanner {
    /// What stood at the position, which is behind it then; of a container only its first byte is.
    enum Value {
        case begin(isObject: Bool)
        case text(hasEscape: Bool)
        case number
        case word(isNull: Bool)
        case fault
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    @inline(__always)
    mutating func skipBlanks() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Takes the end of a container.
    @inline(__always)
    mutating func ends(isObject: Bool) -> Bool {
        take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    mutating func next() -> Value {
        guard position < bytes.count else { return .fault }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            guard let hasEscape = text() else { return .fault }
            return .text(hasEscape: hasEscape)
        case UInt8(ascii: "{"):
            position += 1
            return .begin(isObject: true)
        case UInt8(ascii: "["):
            position += 1
            return .begin(isObject: false)
        case UInt8(ascii: "t"): return word("true") ? .word(isNull: false) : .fault
        case UInt8(ascii: "f"): return word("false") ? .word(isNull: false) : .fault
        case UInt8(ascii: "n"): return word("null") ? .word(isNull: true) : .fault
        default: return number() ? .number : .fault
        }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] {
            return false
        }
        position += count
        return true
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")), !digits() { return false }
        if take(UInt8(ascii: ".")), !digits() { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position > start
    }

    // MARK: Texts

    /// Takes a text with its quotes.
    ///
    /// - Returns: whether there are escapes in it; nil where it is no text of JSON.
    mutating func text() -> Bool? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var hasEscape = false
        while true {
            skipPlain()
            guard position < bytes.count else { return nil }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return hasEscape
            case UInt8(ascii: "\\"):
                hasEscape = true
                guard escape() else { return nil }
            case ..<0x20: return nil
            default: guard sequence() else { return nil }
            }
        }
    }

    /// Passes over bytes that stand for themselves, eight at a time.
    @inline(__always)
    private mutating func skipPlain() {
        while position + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let special = Self.special(in: UInt64(littleEndian: word))
            guard special == 0 else {
                position += special.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { return }
            position += 1
        }
    }

    /// The lowest set bit is the highest of the first byte that does not stand for itself: a quote, a
    /// backslash, a control character, a part of a longer character. Bits above that one say nothing.
    @inline(__always)
    private static func special(in bytes: UInt64) -> UInt64 {
        let quotes = bytes ^ (each * 0x22)
        let slashes = bytes ^ (each * 0x5C)
        let below = (bytes &- each * 0x20) & ~bytes
        let same = ((quotes &- each) & ~quotes) | ((slashes &- each) & ~slashes)
        return (bytes | below | same) & (each * 0x80)
    }

    private static let each: UInt64 = 0x0101_0101_0101_0101

    private mutating func escape() -> Bool {
        guard position + 1 < bytes.count else { return false }
        let kind = bytes[position + 1]
        position += 2
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard bytes.count - position >= 4 else { return false }
            for index in 0..<4 where Hexadecimal.value(bytes[position + index]) == nil {
                return false
            }
            position += 4
            return true
        default: return false
        }
    }

    /// Takes a character of several bytes of UTF-8 (RFC 3629).
    private mutating func sequence() -> Bool {
        let first = bytes[position]
        let count: Int
        let second: ClosedRange<UInt8>
        switch first {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: return false
        }
        guard bytes.count - position >= count, second.contains(bytes[position + 1]) else {
            return false
        }
        for index in 2..<max(2, count) where bytes[position + index] & 0xC0 != 0x80 {
            return false
        }
        position += count
        return true
    }

    /// What a text says: its escapes resolved, as UTF-8. Half a surrogate pair, which JSON's grammar
    /// allows, becomes the three bytes that its number would have.
    ///
    /// - Parameter content: between the quotes of a text that was taken.
    static func unescaped(_ content: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        var position = 0
        while position < content.count {
            let byte = content[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < content.count else {
                text.append(byte)
                position += 1
                continue
            }
            let kind = content[position + 1]
            position += 2
            switch kind {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var number = hexadecimal(content, &position)
                if number & 0xFC00 == 0xD800, position + 6 <= content.count,
                    content[position] == UInt8(ascii: "\\"),
                    content[position + 1] == UInt8(ascii: "u")
                {
                    var behind = position + 2
                    let low = hexadecimal(content, &behind)
                    if low & 0xFC00 == 0xDC00 {
                        number = 0x10000 + (number & 0x3FF) << 10 + low & 0x3FF
                        position = behind
                    }
                }
                append(number, to: &text)
            default: text.append(kind)
            }
        }
    }

    private static func hexadecimal(
        _ content: UnsafeRawBufferPointer, _ position: inout Int
    ) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 where position < content.count {
            number = number << 4 | UInt32(Hexadecimal.value(content[position]) ?? 0)
            position += 1
        }
        return number
    }

    private static func append(_ number: UInt32, to text: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | number >> shift & 0x3F) }
        switch number {
        case ..<0x80: text.append(UInt8(number))
        case ..<0x800: text += [UInt8(0xC0 | number >> 6), tail(0)]
        case ..<0x10000: text += [UInt8(0xE0 | number >> 12), tail(6), tail(0)]
        default: text += [UInt8(0xF0 | number >> 18), tail(12), tail(6), tail(0)]
        }
    }
}
