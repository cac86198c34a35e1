import Foundation

/// A piece of HTML or SVG. Texts and attributes are escaped, so whatever stands in a topology stays text.
struct Markup {
    let source: String

    static func text(_ text: String) -> Markup { Markup(source: escaped(text)) }

    static func element(
        _ name: String, _ attributes: [(String, String)] = [], _ children: [Markup] = []
    ) -> Markup {
        var source = "<\(name)"
        for (key, value) in attributes { source += " \(key)=\"\(escaped(value))\"" }
        if children.isEmpty, closed.contains(name) { return Markup(source: source + "/>") }
        source += ">"
        for child in children { source += child.source }
        return Markup(source: source + "</\(name)>" + (blocks.contains(name) ? "\n" : ""))
    }

    static func element(
        _ name: String, _ attributes: [(String, String)] = [], _ text: String
    ) -> Markup {
        element(name, attributes, [.text(text)])
    }

    /// One after the other.
    static func all(_ pieces: [Markup]) -> Markup {
        Markup(source: pieces.map(\.source).joined())
    }

    /// Elements without content.
    private static let closed: Set<String> = ["meta", "line", "path", "circle", "rect"]
    /// Those after which a line ends, so that a page can be compared with another one line by line.
    private static let blocks: Set<String> = [
        "div", "g", "h1", "h2", "h3", "header", "li", "meta", "p", "pre", "section", "svg", "table",
        "title", "tr", "ul", "footer", "figure", "figcaption", "style", "details", "summary",
    ]

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // Not allowed in a document, however it is written.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Double {
    /// A coordinate: a tenth of a unit is as fine as anybody sees.
    var coordinate: String {
        let tenths = Int((self * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }
}
