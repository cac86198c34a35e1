/// Sections that pages of several kinds have.
extension Markup {
    /// What a page is about: a word above the title, and facts in a line below it.
    static func head(kicker: String, title: String, facts: [String]) -> Markup {
        .element(
            "header", [],
            [
                .element("p", [("class", "kicker")], kicker), .element("h1", [], title),
                .element("p", [], facts.joined(separator: " · ")),
            ])
    }

    /// What came of it, in parts of a few sentences; parts without any are left out.
    ///
    /// - Parameter strong: words that stand out.
    static func verdict(
        _ parts: [(title: String, sentences: [String])], strong: Set<String> = []
    ) -> Markup {
        .element(
            "section", [("class", "card verdict"), ("aria-label", "What came of it")],
            parts.filter { !$0.sentences.isEmpty }.map { part in
                .element(
                    "div", [],
                    [.element("h2", [], part.title), .list(part.sentences, strong: strong)])
            })
    }

    /// A picture that is scrolled where it is wider than the page.
    static func scrolled(_ picture: Markup, label: String) -> Markup {
        .element(
            "div",
            [
                ("class", "scroll card"), ("role", "region"), ("tabindex", "0"),
                ("aria-label", label),
            ], [picture])
    }

    /// What must be known to read a page, at its end.
    static func howToRead(_ text: String) -> Markup {
        .element(
            "footer", [],
            [.element("h2", [], "How to read it"), .element("p", [("class", "note")], text)])
    }
}
