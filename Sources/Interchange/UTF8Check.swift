/// Whether bytes are text.
enum UTF8Check {
    /// Well-formed UTF-8, by the table of well-formed byte sequences of the Unicode standard (3-7).
    static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        let count = bytes.count
        while position < count {
            if position + 8 <= count,
                bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                    & 0x8080_8080_8080_8080 == 0
            {
                position += 8
                continue
            }
            let lead = bytes[position]
            if lead < 0x80 {
                position += 1
                continue
            }
            guard let (length, second) = Self.sequence(lead), position + length <= count,
                second.contains(bytes[position + 1])
            else { return false }
            for next in 2..<max(2, length) where bytes[position + next] & 0xC0 != 0x80 {
                return false
            }
            position += length
        }
        return true
    }

    /// The length of the sequence that the byte leads, and what may stand second.
    @inline(__always)
    private static func sequence(_ lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE, 0xEF: (3, 0x80...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: nil
        }
    }

    /// Text without control characters other than tab and line ends: what spreadsheets and the like
    /// take.
    static func isPlainText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isText(bytes)
            && !bytes.contains {
                $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D || $0 == 0x7F
            }
    }
}
