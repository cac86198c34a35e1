/// The same text with spaces in place of comments, string literals and backticked names; line
/// breaks stay, and so does code that is interpolated into a string.
func blankingCommentsAndLiterals(_ text: String) -> String {
    var blanker = Blanker(bytes: Array(text.utf8))
    blanker.run()
    return String(decoding: blanker.bytes, as: UTF8.self)
}

private struct Blanker {
    private enum Mode {
        /// Code, and how many parentheses are open since an interpolation began (nil outside one).
        case code(open: Int?)
        case string(hashes: Int, quotes: Int)
    }

    var bytes: [UInt8]
    private var at = 0
    private var modes: [Mode] = [.code(open: nil)]

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() {
        while at < bytes.count {
            switch modes[modes.count - 1] {
            case .code(let open): code(open: open)
            case .string(let hashes, let quotes): string(hashes: hashes, quotes: quotes)
            }
        }
    }

    private mutating func code(open: Int?) {
        switch bytes[at] {
        case UInt8(ascii: "/") where starts(with: "//"):
            while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { blank(1) }
        case UInt8(ascii: "/") where starts(with: "/*"):
            blockComment()
        case UInt8(ascii: "`"):
            repeat { blank(1) } while at < bytes.count && !starts(with: "`") && !starts(with: "\n")
            if starts(with: "`") { blank(1) }
        case UInt8(ascii: "\""), UInt8(ascii: "#"):
            if let (hashes, quotes) = stringStart() {
                blank(hashes + quotes)
                modes.append(.string(hashes: hashes, quotes: quotes))
            } else {
                at += 1
            }
        case UInt8(ascii: "(") where open != nil:
            modes[modes.count - 1] = .code(open: (open ?? 0) + 1)
            at += 1
        case UInt8(ascii: ")") where open == 0:
            modes.removeLast()
            at += 1
        case UInt8(ascii: ")") where open != nil:
            modes[modes.count - 1] = .code(open: (open ?? 0) - 1)
            at += 1
        default:
            at += 1
        }
    }

    private mutating func string(hashes: Int, quotes: Int) {
        let special: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n")]
        guard special.contains(bytes[at]) else { return blank(1) }
        let fence = String(repeating: "#", count: hashes)
        if starts(with: "\\" + fence + "(") {
            blank(2 + hashes)
            modes.append(.code(open: 0))
        } else if starts(with: "\\" + fence) {
            blank(2 + hashes)
        } else if starts(with: String(repeating: "\"", count: quotes) + fence) {
            blank(quotes + hashes)
            modes.removeLast()
        } else if quotes == 1, starts(with: "\n") {
            modes.removeLast()  // not closed: what follows is code again
        } else {
            blank(1)
        }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank(2)
            } else if starts(with: "*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && at < bytes.count
    }

    private func stringStart() -> (hashes: Int, quotes: Int)? {
        var end = at
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        let triple =
            end + 2 < bytes.count && bytes[end...end + 2].allSatisfy { $0 == UInt8(ascii: "\"") }
        return (end - at, triple ? 3 : 1)
    }

    private func starts(with text: StaticString) -> Bool {
        starts(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private func starts(with text: String) -> Bool { starts(text.utf8) }

    private func starts(_ wanted: some Collection<UInt8>) -> Bool {
        at + wanted.count <= bytes.count && bytes[at..<at + wanted.count].elementsEqual(wanted)
    }

    private mutating func blank(_ count: Int) {
        for index in at..<min(at + count, bytes.count) where bytes[index] != UInt8(ascii: "\n") {
            bytes[index] = UInt8(ascii: " ")
        }
        at = min(at + count, bytes.count)
    }
}
