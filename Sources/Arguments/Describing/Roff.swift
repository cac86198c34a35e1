/// Text for man(7), character by character: nothing in it is taken for a request or an escape, and a
/// minus stays the minus that can be copied into a shell.
struct Roff {
    private(set) var text = ""

    /// `.SH NAME`, `.TP`, with arguments in quotes.
    mutating func request(_ name: String, _ arguments: [String] = []) {
        let words = arguments.map { " \"\(Self.escaped($0))\"" }.joined()
        text += ".\(name)\(words)\n"
    }

    /// Lines of text; what `marked` made stays as it is.
    mutating func line(_ marked: String) {
        // A line must not begin like a request.
        text += (marked.hasPrefix(".") || marked.hasPrefix("'") ? "\\&" : "") + marked + "\n"
    }

    /// A comment, which no reader shows.
    mutating func comment(_ words: String) { text += ".\\\" \(words)\n" }

    static func bold(_ words: String) -> String { "\\fB\(escaped(words))\\fR" }
    static func italic(_ words: String) -> String { "\\fI\(escaped(words))\\fR" }

    /// Plain text; outside of ASCII by number, so that no reader has to guess an encoding.
    static func escaped(_ words: String) -> String {
        var result = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "\"": result += "\\(dq"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case "\n": result += " "
            case let scalar where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result +=
                    "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            }
        }
        return result
    }
}
