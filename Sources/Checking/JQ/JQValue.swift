import CJq

/// A value of libjq, kept as long as this lives.
///
/// libjq 1.6 keeps numbers as doubles. So that identifiers do not fall together, an integer beyond 2^53 comes in
/// as a string of its digits.
final class JQValue {
    private let value: jv

    /// Takes over one reference.
    init(owning value: jv) { self.value = value }

    deinit { jv_free(value) }

    static var null: JQValue { JQValue(owning: jv_null()) }

    /// One more reference, for a call that consumes one.
    func copied() -> jv { jv_copy(value) }

    /// Parses a JSON text; nil where it is none.
    convenience init?(json bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count < Int(Int32.max) / 2 else { return nil }
        let text = LongIntegers.quoted(bytes)
        let value = text.withUnsafeBytes { buffer in
            buffer.bindMemory(to: CChar.self).baseAddress.map {
                jv_parse_sized($0, Int32(buffer.count))
            }
        }
        guard let value else { return nil }
        guard jv_get_kind(value) != JV_KIND_INVALID else {
            jv_free(value)
            return nil
        }
        self.init(owning: value)
    }

    /// A string; what is no UTF-8 becomes U+FFFD.
    convenience init(text bytes: UnsafeRawBufferPointer) {
        let value = bytes.bindMemory(to: CChar.self).baseAddress.map {
            jv_string_sized($0, Int32(truncatingIfNeeded: bytes.count))
        }
        self.init(owning: value ?? jv_string_empty(0))
    }

    convenience init(_ text: String) {
        self.init(owning: Array(text.utf8).withUnsafeBytes { JQValue(text: $0).copied() })
    }

    var isValid: Bool { jv_get_kind(value) != JV_KIND_INVALID }

    /// Truth as jq has it.
    var isTrue: Bool {
        let kind = jv_get_kind(value)
        return kind != JV_KIND_NULL && kind != JV_KIND_FALSE && kind != JV_KIND_INVALID
    }

    var isNull: Bool { jv_get_kind(value) == JV_KIND_NULL }

    /// Of what is not valid: why; nil: there is just no more.
    var errorMessage: String? {
        guard jv_invalid_has_msg(copied()) != 0 else { return nil }
        let message = JQValue(owning: jv_invalid_get_msg(copied()))
        return message.text ?? message.json
    }

    /// Of a string.
    var text: String? {
        guard jv_get_kind(value) == JV_KIND_STRING else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A string's own bytes; of anything else its JSON.
    var bytes: [UInt8] {
        guard jv_get_kind(value) == JV_KIND_STRING else { return Array(json.utf8) }
        let count = Int(jv_string_length_bytes(copied()))
        return Array(UnsafeRawBufferPointer(start: jv_string_value(value), count: count))
    }

    var number: Double? {
        jv_get_kind(value) == JV_KIND_NUMBER ? jv_number_value(value) : nil
    }

    /// In one line, names of objects sorted.
    var json: String {
        let text = JQValue(owning: jv_dump_string(copied(), Int32(JV_PRINT_SORTED.rawValue)))
        return text.text ?? ""
    }

    /// The elements of an array; nil: it is none.
    var elements: [JQValue]? {
        guard jv_get_kind(value) == JV_KIND_ARRAY else { return nil }
        return (0..<jv_array_length(copied())).map {
            JQValue(owning: jv_array_get(copied(), $0))
        }
    }

    /// What stands at a path of jq (an array of names and numbers); not valid where that cannot be.
    func value(at path: JQValue) -> JQValue {
        JQValue(owning: jv_getpath(copied(), path.copied()))
    }

    func setting(_ new: JQValue, at path: JQValue) -> JQValue {
        JQValue(owning: jv_setpath(copied(), path.copied(), new.copied()))
    }
}

/// Integers that a double does not hold.
private enum LongIntegers {
    /// The text with each of them in quotes.
    static func quoted(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var result: [UInt8] = []
        var (start, position) = (0, 0)
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""): position = behindString(text, position)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let end = behindNumber(text, position)
                if isTooLong(UnsafeRawBufferPointer(rebasing: text[position..<end])) {
                    result += text[start..<position]
                    result.append(UInt8(ascii: "\""))
                    result += text[position..<end]
                    result.append(UInt8(ascii: "\""))
                    start = end
                }
                position = end
            default: position += 1
            }
        }
        return result + text[start...]
    }

    private static func behindString(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var position = start + 1
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, text.count)
    }

    private static func behindNumber(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var position = start + 1
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"),
                UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                position += 1
            default: return position
            }
        }
        return position
    }

    private static func isTooLong(_ number: UnsafeRawBufferPointer) -> Bool {
        guard number.count >= 16 else { return false }
        let digits = number.first == UInt8(ascii: "-") ? number.dropFirst() : number[...]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        guard let value = UInt64(String(decoding: digits, as: UTF8.self)) else { return true }
        return value > 1 << 53
    }
}

extension JQValue {
    /// A member of an object; nil: there is none, it is null, or this is no object.
    func field(_ name: String) -> JQValue? {
        let path = JQValue(owning: jv_array_append(jv_array(), JQValue(name).copied()))
        let found = value(at: path)
        return found.isValid && !found.isNull ? found : nil
    }
}
