/// Strings of JSON, in and out.
enum JSONText {
    /// What stands between the quotes, its escapes resolved; an escape that JSON does not have stands for itself.
    static func decoded(_ inside: UnsafeRawBufferPointer) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while position < inside.count {
            let byte = inside[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < inside.count else {
                result.append(byte)
                position += 1
                continue
            }
            let kind = inside[position + 1]
            position += 2
            switch kind {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result += unicode(inside, &position)
            default: result.append(kind)
            }
        }
        return result
    }

    private static func unicode(
        _ inside: UnsafeRawBufferPointer, _ position: inout Int
    ) -> [UInt8] {
        guard var code = hexadecimal(inside, position) else { return Array("\\u".utf8) }
        position += 4
        if code & 0xFC00 == 0xD800, position + 1 < inside.count,
            inside[position] == UInt8(ascii: "\\"), inside[position + 1] == UInt8(ascii: "u"),
            let low = hexadecimal(inside, position + 2), low & 0xFC00 == 0xDC00
        {
            position += 6
            code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
        }
        return Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
    }

    private static func hexadecimal(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        return UInt32(
            String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    }

    /// In quotes; what is no UTF-8 becomes U+FFFD.
    static func quoted(_ text: some StringProtocol) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
