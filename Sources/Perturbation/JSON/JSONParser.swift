extension JSONValue {
    /// Parses one value and nothing behind it but white space.
    ///
    /// - Throws: `JSONError` with the byte at which it stops being JSON; also for more than 200 levels,
    ///   for a member that is there twice, and for bytes that are not UTF-8.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    public init(parsing text: String) throws(JSONError) {
        var text = text
        let result = text.withUTF8 { utf8 in
            Result { () throws(JSONError) in
                try JSONValue(parsing: UnsafeRawBufferPointer(utf8))
            }
        }
        self = try result.get()
    }
}

private struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        if position < bytes.count { throw error("more behind the value") }
        return value
    }

    private func error(_ message: String) -> JSONError {
        JSONError(message: message, position: position)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        if depth > 200 { throw error("more than 200 levels") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw error("an end where a value belongs")
        default: return try number()
        }
    }

    private mutating func word(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard current == text.utf8Start[index] else { throw error("no JSON value") }
            position += 1
        }
        return value
    }

    private mutating func object(_ depth: Int) throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var names: Set<[UInt8]> = []
        position += 1
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error("no name of a member") }
            let name = try string()
            // Few members are compared, many are looked up.
            if members.count == 16 { names = Set(members.map { Array($0.name.utf8) }) }
            let isNew =
                members.count < 16
                ? !members.contains { isSame($0.name, name) }
                : names.insert(Array(name.utf8)).inserted
            if !isNew { throw error("the member \"\(name)\" a second time") }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw error("no colon behind a name") }
            position += 1
            members.append(.init(name, try value(depth: depth + 1)))
            skipSpace()
            let next = current
            position += 1
            if next == UInt8(ascii: "}") { return .object(members) }
            if next != UInt8(ascii: ",") {
                position -= 1
                throw error("neither , nor } behind a member")
            }
        }
    }

    private mutating func array(_ depth: Int) throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        position += 1
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            let next = current
            position += 1
            if next == UInt8(ascii: "]") { return .array(elements) }
            if next != UInt8(ascii: ",") {
                position -= 1
                throw error("neither , nor ] behind an element")
            }
        }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
        if position == start { throw error("no JSON value") }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        // Most strings have no escape: take them as they are.
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"),
            byte >= 0x20
        {
            position += 1
        }
        if current == UInt8(ascii: "\"") {
            let plain = bytes[start..<position]
            position += 1
            return try text(of: plain)
        }
        var unescaped = Array(bytes[start..<position])
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                return try unescaped.withUnsafeBytes { raw in
                    Result { () throws(JSONError) in try text(of: raw[...]) }
                }.get()
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case ..<0x20:
                position -= 1
                throw error("a control character inside a string")
            default: unescaped.append(byte)
            }
        }
        throw error("an end inside a string")
    }

    private func text(of slice: Slice<UnsafeRawBufferPointer>) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw error("bytes that are not UTF-8 in the string that ends")
        }
        return text
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(JSONError) {
        guard let kind = current else { throw error("an end inside a string") }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(kind)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code & 0xFC00 == 0xD800 {
                guard current == UInt8(ascii: "\\") else { throw error("half a surrogate pair") }
                position += 1
                guard current == UInt8(ascii: "u") else { throw error("half a surrogate pair") }
                position += 1
                let low = try hexadecimal()
                guard low & 0xFC00 == 0xDC00 else { throw error("half a surrogate pair") }
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half a surrogate pair") }
            bytes += Array(String(Character(scalar)).utf8)
        default:
            position -= 1
            throw error("an escape that JSON does not have")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            switch current {
            case let byte? where byte >= 0x30 && byte <= 0x39:
                code = code << 4 | UInt32(byte - 0x30)
            case let byte? where byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66:
                code = code << 4 | UInt32((byte | 0x20) - 0x57)
            default: throw error("no four hexadecimal digits behind \\u")
            }
            position += 1
        }
        return code
    }
}
