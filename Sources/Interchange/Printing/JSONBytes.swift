import Perturbation

extension TextBuffer {
    /// A JSON string of these bytes. Those that are no UTF-8 are copied as they are.
    ///
    /// The escapes are those of yajl, which kcat uses: short ones where JSON has them, capital
    /// hexadecimal digits elsewhere, and no escape for a slash.
    mutating func append(jsonString bytes: UnsafeRawBufferPointer) {
        append(byte: UInt8(ascii: "\""))
        var start = 0
        for position in 0..<bytes.count {
            let byte = bytes[position]
            if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
            append(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
            start = position + 1
            append(byte: UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte: byte)
            case 0x08: append(byte: UInt8(ascii: "b"))
            case 0x09: append(byte: UInt8(ascii: "t"))
            case 0x0A: append(byte: UInt8(ascii: "n"))
            case 0x0C: append(byte: UInt8(ascii: "f"))
            case 0x0D: append(byte: UInt8(ascii: "r"))
            default:
                append("u00")
                append(byte: byte >> 4 + 0x30)
                append(byte: hexadecimalDigit(byte & 15))
            }
        }
        append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        append(byte: UInt8(ascii: "\""))
    }

    mutating func append(jsonString text: String) {
        var text = text
        text.withUTF8 { append(jsonString: UnsafeRawBufferPointer($0)) }
    }

    /// `null`, a string, or `{"base64":"…"}` where the bytes are no text.
    mutating func append(markedBytes bytes: UnsafeRawBufferPointer?) {
        guard let bytes else { return append("null") }
        if UTF8Check.isText(bytes) { return append(jsonString: bytes) }
        append("{\"base64\":\"")
        Base64.append(bytes, into: &self)
        append("\"}")
    }
}

/// Capital, as yajl writes them.
func hexadecimalDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? nibble + 0x30 : nibble + 0x37
}
