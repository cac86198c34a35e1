import Digests
import Perturbation

/// Makes the token of a text: the same for equal bytes under one key, wherever they stand.
///
/// | form | |
/// |---|---|
/// | `token` | the first 16 bytes of HMAC-SHA-256(key, text), as 32 hexadecimal digits |
/// | `digits` | another number of as many digits (``DigitPermutation``), separators kept |
/// | `email` | 16 digits of the token, `@`, 12 digits of the domain's token, `.example` |
/// | `uuid` | the token as a UUID of version 4, made of the lower-case text |
///
/// A text that is not of the form gets the plain token: nothing of it is shown.
public struct Tokens: Sendable {
    private let code: HMACSHA256
    private let permutation: DigitPermutation

    public init(_ key: MaskKey) {
        code = key.code
        permutation = DigitPermutation(key.code)
    }

    /// Appends the token of `text`; of an empty one nothing. All of it is ASCII that JSON strings hold
    /// as it is.
    public func append(
        _ form: MaskPlan.Form, of text: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) {
        if text.isEmpty { return }
        let isDone =
            switch form {
            case .token, .redact: false
            case .digits: digits(text, &output)
            case .email: email(text, &output)
            case .uuid: uuid(text, &output)
            }
        if !isDone { Hexadecimal.append(code.code(of: text), 16, to: &output) }
    }

    /// The number of another value and of the same length, sign, point and exponent.
    func appendNumber(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        let mantissa = text.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? text.count
        permutation.append(UnsafeRawBufferPointer(rebasing: text[..<mantissa]), to: &output)
        output += text[mantissa...]
    }

    // MARK: Forms

    /// Digits with nothing but separators between them.
    private func digits(_ text: UnsafeRawBufferPointer, _ output: inout [UInt8]) -> Bool {
        var hasDigit = false
        for byte in text {
            switch byte {
            case 0x30...0x39: hasDigit = true
            case UInt8(ascii: " "), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ":"):
                break
            default: return false
            }
        }
        guard hasDigit else { return false }
        permutation.append(text, to: &output)
        return true
    }

    private func email(_ text: UnsafeRawBufferPointer, _ output: inout [UInt8]) -> Bool {
        guard let at = text.firstIndex(of: UInt8(ascii: "@")), at > 0, at + 1 < text.count,
            text.lastIndex(of: UInt8(ascii: "@")) == at,
            !text.contains(where: { $0 <= 0x20 || $0 == 0x7F })
        else { return false }
        let domain = UnsafeRawBufferPointer(rebasing: text[(at + 1)...])
        Hexadecimal.append(code.code(of: text), 8, to: &output)
        output.append(UInt8(ascii: "@"))
        Hexadecimal.append(code.code(of: domain), 6, to: &output)
        output += Self.domain
        return true
    }

    /// No mail is ever delivered there (RFC 2606).
    private static let domain = Array(".example".utf8)

    private static let dashes = [8, 13, 18, 23]

    private func uuid(_ text: UnsafeRawBufferPointer, _ output: inout [UInt8]) -> Bool {
        guard text.count == 36 else { return false }
        var isUpper = false
        var lower = [UInt8](text)
        for index in 0..<36 {
            if Self.dashes.contains(index) {
                guard lower[index] == UInt8(ascii: "-") else { return false }
            } else {
                guard Hexadecimal.value(lower[index]) != nil else { return false }
                if (0x41...0x46).contains(lower[index]) {
                    isUpper = true
                    lower[index] |= 0x20
                }
            }
        }
        var code = self.code.code(of: lower)
        code[6] = code[6] & 0x0F | 0x40
        code[8] = code[8] & 0x3F | 0x80
        var digits: [UInt8] = []
        Hexadecimal.append(code, 16, to: &digits)
        var next = 0
        for index in 0..<36 {
            if Self.dashes.contains(index) {
                output.append(UInt8(ascii: "-"))
                continue
            }
            let digit = digits[next]
            output.append(isUpper && digit >= 0x61 ? digit & 0xDF : digit)
            next += 1
        }
        return true
    }
}
