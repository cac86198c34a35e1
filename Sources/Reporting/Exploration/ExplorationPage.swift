import Exploration

/// An exploration's result as a page of its own: one file that fetches nothing.
public struct ExplorationPage {
    private let report: ExplorationReport
    private let reproducer: String?

    /// - Parameter reproducer: the folder that shows what was found.
    public init(_ report: ExplorationReport, reproducer: String? = nil) {
        self.report = report
        self.reproducer = reproducer
    }

    private var result: Exploration { report.result }

    public var text: String {
        Page(
            title: "\(report.name): what the exploration came to",
            body: [head, verdict, picture, smaller, instead, coverage, figures, method]
        ).text
    }

    private var head: Markup {
        .element(
            "header", [],
            [
                .element("p", [("class", "kicker")], "Exploration"),
                .element("h1", [], report.name),
                .element("p", [], report.model.topology.about ?? ""),
            ])
    }

    private var verdict: Markup {
        .element(
            "section", [("class", "card verdict"), ("aria-label", "What came of it")],
            [
                .element(
                    "div", [], [.element("h2", [], "What came of it"), .list([report.verdict])])
            ])
    }

    private var picture: Markup {
        guard let found = result.counterexample else { return .all([]) }
        var pieces = [Markup.element("h2", [], "\(found.finding)")]
        if let timeline = found.timeline {
            pieces.append(
                .element(
                    "div",
                    [
                        ("class", "scroll card"), ("role", "region"), ("tabindex", "0"),
                        ("aria-label", "The steps"),
                    ],
                    [
                        .element("style", [], [Markup(source: TimelineStyle.text)]),
                        TimelineDrawing(timeline).inline,
                    ]))
        }
        if let reproducer {
            pieces.append(
                .element(
                    "div", [("class", "card")],
                    [
                        .element(
                            "pre", [("class", "wrap"), ("tabindex", "0")],
                            "kerfuffle reproduce \(ShellWord.quoted(reproducer))")
                    ]))
        }
        return .element("section", [], pieces)
    }

    private var smaller: Markup {
        guard let reduction = report.reduction else { return .all([]) }
        let table = ExplorationReport.removals(reduction.certificate)
        let changes = reduction.edits.map { "\($0)" }
        return .all([
            section("What was left out", table, heads: 1),
            .element(
                "section", [("class", "card")],
                [
                    .element("p", [], reduction.certificate.sentence),
                    changes.isEmpty ? .all([]) : .list(changes),
                ]),
        ])
    }

    private var instead: Markup {
        guard let table = report.preventionTable else { return .all([]) }
        return section("What would have prevented it", table, heads: 1)
    }

    private var coverage: Markup {
        guard let coverage = result.coverage else { return .all([]) }
        var pieces: [Markup] = []
        if !coverage.faults.isEmpty {
            pieces.append(
                section(
                    "Faults, by step and attempt", ExplorationReport.faultTable(coverage), heads: 2)
            )
        }
        if !coverage.pairs.isEmpty {
            pieces.append(
                section(
                    "Ordered pairs of conflicting steps", ExplorationReport.pairTable(coverage),
                    heads: 2))
        }
        return .all(pieces)
    }

    private var figures: Markup {
        var table = TextTable([("figure", .left), ("value", .left)])
        for (name, value) in report.figures { table.append([name, value]) }
        return section("Figures", table, heads: 1)
    }

    private func section(_ title: String, _ table: TextTable, heads: Int) -> Markup {
        .element(
            "section", [], [.element("h2", [], title), .table(table, title, heads: heads)])
    }

    private var method: Markup {
        .howToRead(
            "An exploration has no time: each step counts one second. Complete means that no "
                + "execution with these messages, this many faults and these steps breaks what was "
                + "asked. How often a search finds something is a rate of the search and says "
                + "nothing of production.")
    }
}
