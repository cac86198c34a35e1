import Foundation
import Perturbation

/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func append(_ bytes: UnsafeRawBufferPointer, into text: inout TextBuffer) {
        var position = 0
        while position < bytes.count {
            let left = bytes.count - position
            let first = bytes[position]
            let second = left > 1 ? bytes[position + 1] : 0
            let third = left > 2 ? bytes[position + 2] : 0
            let group = UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
            for (index, shift) in [UInt32(18), 12, 6, 0].enumerated() {
                let isPadding = index > left
                text.append(
                    byte: isPadding ? UInt8(ascii: "=") : alphabet[Int(group >> shift & 63)])
            }
            position += 3
        }
    }

    /// nil where it is none.
    static func bytes(of text: [UInt8]) -> [UInt8]? {
        Data(base64Encoded: Data(text)).map { [UInt8]($0) }
    }
}
