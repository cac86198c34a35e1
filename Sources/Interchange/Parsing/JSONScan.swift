/// Reads one line of JSON as a record needs it: strings as bytes, numbers as integers.
///
/// Strings are not checked to be UTF-8, because kcat copies any bytes into them.
struct JSONScan {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private func fault(_ message: String) -> LineFault {
        LineFault("\(message) at byte \(position + 1) of the line")
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0D, 0x0A].contains(bytes[position]) {
            position += 1
        }
    }

    /// Whether the next value begins with that letter.
    mutating func begins(_ letter: Unicode.Scalar) -> Bool {
        skipSpace()
        return position < bytes.count && bytes[position] == UInt8(ascii: letter)
    }

    mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard begins(letter) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ letter: Unicode.Scalar) throws(LineFault) {
        if !take(letter) { throw fault("no \(letter)") }
    }

    mutating func expectEnd() throws(LineFault) {
        skipSpace()
        if position < bytes.count { throw fault("more behind the object") }
    }

    /// Goes through an object's members; the body reads each value.
    mutating func object(
        _ body: (inout JSONScan, _ name: String) throws(LineFault) -> Void
    ) throws(LineFault) {
        try expect("{")
        if take("}") { return }
        repeat {
            let name = String(decoding: try string(), as: UTF8.self)
            try expect(":")
            try body(&self, name)
        } while take(",")
        try expect("}")
    }

    mutating func array(
        _ body: (inout JSONScan) throws(LineFault) -> Void
    ) throws(LineFault) {
        try expect("[")
        if take("]") { return }
        repeat { try body(&self) } while take(",")
        try expect("]")
    }

    mutating func null() throws(LineFault) {
        skipSpace()
        let word = Array("null".utf8)
        guard bytes[position...].starts(with: word) else { throw fault("no null") }
        position += word.count
    }

    mutating func integer<Number: FixedWidthInteger>(
        _ type: Number.Type
    ) throws(LineFault) -> Number {
        skipSpace()
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let isFraction = position < bytes.count && [0x2E, 0x45, 0x65].contains(bytes[position])
        guard !isFraction, let number = Number(text) else {
            position = start
            throw fault("no whole number from \(Number.min) to \(Number.max)")
        }
        return number
    }

    /// The bytes that a string stands for.
    mutating func string() throws(LineFault) -> [UInt8] {
        guard take("\"") else { throw fault("no string") }
        var result: [UInt8] = []
        var start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                result += bytes[start..<position]
                position += 1
                return result
            }
            if byte < 0x20 { throw fault("a control character inside a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                result += bytes[start..<position - 1]
                try escape(into: &result)
                start = position
            }
        }
        throw fault("an end inside a string")
    }

    private mutating func escape(into result: inout [UInt8]) throws(LineFault) {
        guard position < bytes.count else { throw fault("an end inside a string") }
        let kind = bytes[position]
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code & 0xFC00 == 0xD800, bytes[position...].starts(with: Array("\\u".utf8)) {
                position += 2
                let low = try hexadecimal()
                guard low & 0xFC00 == 0xDC00 else { throw fault("half a surrogate pair") }
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault("half a surrogate pair") }
            result += Array(String(Character(scalar)).utf8)
        default:
            position -= 1
            throw fault("an escape that JSON does not have")
        }
    }

    private mutating func hexadecimal() throws(LineFault) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(
                String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw fault("no four hexadecimal digits behind \\u") }
        position += 4
        return code
    }
}
