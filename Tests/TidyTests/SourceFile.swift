/// A text file of the repository: its path from the root, with slashes, and what it says.
struct SourceFile {
    let path: String
    let text: String

    /// The text with comments and literals blanked, so that only code can break a rule about code.
    let code: String

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = text
        code = path.hasSuffix(".swift") ? blankingCommentsAndLiterals(text) : text
    }

    var folders: [Substring] { path.split(separator: "/").dropLast() }

    /// The target that a file under Sources or Tests belongs to; none for module maps of C libraries.
    var target: String? {
        guard folders.count >= 2, ["Sources", "Tests"].contains(folders[0]),
            folders[1] != "System"
        else { return nil }
        return String(folders[1])
    }

    func isIn(_ folder: String) -> Bool { folders.first.map(String.init) == folder }

    var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }
    var textLines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

/// The numbers of the lines of `text` in which `needle` stands where it may begin, as the byte in
/// front of it tells; unless said otherwise, one that begins like a word must begin a word there.
func lines(
    of needle: String, in text: String, where mayBegin: ((UInt8) -> Bool)? = nil
) -> [Int] {
    let wanted = Array(needle.utf8)
    let mayBegin = mayBegin ?? { !isWord(wanted[0]) || !isWord($0) }
    var text = text
    return text.withUTF8 { bytes in
        var found: [Int] = []
        var line = 1
        for start in 0..<bytes.count {
            let byte = bytes[start]
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == wanted[0], start + wanted.count <= bytes.count,
                bytes[start..<start + wanted.count].elementsEqual(wanted),
                start == 0 || mayBegin(bytes[start - 1])
            else { continue }
            found.append(line)
        }
        return found
    }
}

func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
    default: false
    }
}
