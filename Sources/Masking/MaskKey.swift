import Digests

/// The key that tokens are made with. It is never shown: not by `print`, not by `dump`, not in an error.
public struct MaskKey: Sendable {
    let code: HMACSHA256
    /// Tells keys apart without giving them away: the first eight bytes of the HMAC of
    /// `kerfuffle mask key` in hexadecimal.
    public let fingerprint: String

    /// Below this a key could be found by trying.
    public static let leastBytes = 16

    /// - Parameter bytes: the key; at least ``leastBytes``, for which nil is given otherwise.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.leastBytes else { return nil }
        code = HMACSHA256(key: bytes)
        var text: [UInt8] = []
        Hexadecimal.append(code.code(of: Array("kerfuffle mask key".utf8)), 8, to: &text)
        fingerprint = String(decoding: text, as: UTF8.self)
    }
}

extension MaskKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "MaskKey(fingerprint: \(fingerprint))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint]) }
}

enum Hexadecimal {
    /// Appends the first bytes of a code as two lower-case digits each.
    @inline(__always)
    static func append(_ code: HMACSHA256.Code, _ count: Int, to text: inout [UInt8]) {
        for index in 0..<count {
            text.append(digit(code[index] >> 4))
            text.append(digit(code[index] & 15))
        }
    }

    @inline(__always)
    static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

    /// The value of a digit; nil where it is none.
    @inline(__always)
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x57
        case 0x41...0x46: byte - 0x37
        default: nil
        }
    }
}
