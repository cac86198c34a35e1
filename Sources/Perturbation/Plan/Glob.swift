/// A pattern over bytes: `*` stands for any run of bytes, `?` for any one, `\` takes the next byte as
/// it is; all else stands for itself. The whole must match.
public struct Glob: Hashable, Sendable {
    public let text: String
    private let pattern: [UInt8]

    public init(_ text: String) {
        self.text = text
        pattern = Array(text.utf8)
    }

    /// - Complexity: O(pattern x bytes) at worst, linear for patterns with one star.
    public func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var p = 0
        var b = 0
        var star: (p: Int, b: Int)?
        while b < bytes.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, b)
                p += 1
            } else if let step = single(at: p, bytes[b]) {
                p += step
                b += 1
            } else if let last = star {
                p = last.p + 1
                b = last.b + 1
                star = (last.p, b)
            } else {
                return false
            }
        }
        while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
        return p == pattern.count
    }

    public func matches(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes { matches($0) }
    }

    /// How many bytes of the pattern stand for `byte` at `p`; nil where they do not.
    private func single(at p: Int, _ byte: UInt8) -> Int? {
        guard p < pattern.count else { return nil }
        if pattern[p] == UInt8(ascii: "\\"), p + 1 < pattern.count {
            return pattern[p + 1] == byte ? 2 : nil
        }
        return pattern[p] == UInt8(ascii: "?") || pattern[p] == byte ? 1 : nil
    }
}
