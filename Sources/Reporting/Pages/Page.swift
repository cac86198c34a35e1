/// A document in one file: no script, no request, the same bytes for the same content.
struct Page {
    let title: String
    let body: [Markup]

    var text: String {
        let policy = "default-src 'none'; style-src 'unsafe-inline'"
        let head = Markup.element(
            "head", [],
            [
                .element("meta", [("charset", "utf-8")]),
                // A page that could fetch nothing needs no trust.
                .element(
                    "meta", [("http-equiv", "Content-Security-Policy"), ("content", policy)]),
                .element(
                    "meta",
                    [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
                .element("meta", [("name", "color-scheme"), ("content", "light dark")]),
                .element("title", [], title),
                .element("style", [], [Markup(source: PageStyle.page)]),
            ])
        let main = Markup.element("body", [], [.element("main", [], body)])
        let html = Markup.element("html", [("lang", "en")], [head, main])
        return "<!DOCTYPE html>\n" + html.source + "\n"
    }
}

extension Markup {
    /// A chart on its card.
    static func figure(_ chart: Chart) -> Markup {
        .element(
            "figure", [("class", "card")],
            [
                .element(
                    "figcaption", [],
                    [.text(chart.title), .element("small", [], chart.subtitle)]),
                chart.svg,
            ])
    }

    /// A table that scrolls by itself where it is wider than the page.
    ///
    /// - Parameter heads: how many columns name the row.
    static func table(_ table: TextTable, _ label: String, heads: Int) -> Markup {
        func cells(_ row: [String], _ name: (Int) -> (String, [(String, String)])) -> Markup {
            .element(
                "tr", [],
                zip(row, table.alignments).enumerated().map { index, cell in
                    let (element, scope) = name(index)
                    let side = cell.1 == .right ? [("class", "right")] : []
                    return .element(element, scope + side, cell.0.replacing(" +-", with: " ±"))
                })
        }
        let titles = cells(table.rows[0]) { _ in ("th", [("scope", "col")]) }
        let rows = table.rows.dropFirst().map { row in
            cells(row) { $0 < heads ? ("th", [("scope", "row")]) : ("td", []) }
        }
        return .scrolled(
            .element(
                "table", [], [.element("thead", [], [titles]), .element("tbody", [], Array(rows))]),
            label: label)
    }

    /// - Parameter strong: words that stand out.
    static func list(_ texts: [String], strong: Set<String> = []) -> Markup {
        .element(
            "ul", [],
            texts.map { text in
                .element(
                    "li", [],
                    words(text).map { word in
                        strong.contains(word) ? .element("b", [], word) : .text(word)
                    })
            })
    }

    /// Words, and what stands between them.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var wasLetter: Bool?
        for character in text {
            if wasLetter != character.isLetter { words.append("") }
            wasLetter = character.isLetter
            words[words.count - 1].append(character)
        }
        return words
    }
}
