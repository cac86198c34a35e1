import Simulation

/// A study as a page of its own.
struct StudyPage {
    private let study: Study
    private let origin: StudyOrigin
    private let tables: StudyTables
    private let words: StudyWords

    init(_ study: Study, _ origin: StudyOrigin) {
        self.study = study
        self.origin = origin
        tables = StudyTables(study)
        words = StudyWords(study: study)
    }

    var text: String {
        let topology = study.points.first?.topology
        let title = topology?.about ?? origin.file
        return Page(
            title: "\(title): strategies compared",
            body: [head(title), verdict, charts, breaks, figures, again, method]
        ).text
    }

    private func head(_ title: String) -> Markup {
        var facts = [
            origin.file, "\(study.seeds.count) seeds",
            study.strategies.map(\.rawValue).inWords,
        ]
        facts += study.sweeps.map { "\($0.path) at \($0.values.count) values" }
        return .head(kicker: "Strategies compared", title: title, facts: facts)
    }

    private var verdict: Markup {
        .verdict(words.parts.map { ($0.title, $0.sentences) }, strong: names)
    }

    private var names: Set<String> { Set(study.strategies.map(\.rawValue)) }

    private var charts: Markup {
        let charts = StudyCharts(study)
        let bands =
            words.found.isEmpty
            ? "" : " Bands show where curves cross, as wide as the 95% interval."
        return .element(
            "section", [],
            [.element("h2", [], "Charts")]
                + study.lines.flatMap { line -> [Markup] in
                    let title = words.place(line).map { [Markup.element("h3", [], $0)] } ?? []
                    let figures = charts.all(line).map(Markup.figure)
                    return title + [.element("div", [("class", "charts")], figures)]
                }
                + [
                    .element(
                        "p", [("class", "note")],
                        "Whiskers are 95% intervals of the mean over the seeds.\(bands)")
                ])
    }

    private var breaks: Markup {
        let pictures = StudyBreaks(study).pictures
        if pictures.isEmpty { return .all([]) }
        return .element(
            "section", [],
            [.element("h2", [], "How it broke")]
                + pictures.map { title, picture in
                    .all([
                        .element("h3", [], title),
                        .scrolled(picture, label: title),
                    ])
                })
    }

    private var figures: Markup {
        let heads = study.sweeps.count + 1
        var pieces = [
            Markup.element("h2", [], "Figures"),
            .table(tables.figures, "Figures of each strategy", heads: heads),
            every, handlers,
        ]
        if let differences = tables.differences {
            pieces += [
                .element("h2", [], "Paired differences"),
                .table(differences, "Differences to the first strategy", heads: heads),
                .element("p", [("class", "note")], StudyTables.note(study)),
            ]
        }
        if let invariants = tables.invariants {
            pieces += [
                .element("h2", [], "What must hold"),
                .table(invariants, "Runs in which invariants were broken", heads: heads),
                .element(
                    "p", [("class", "note")],
                    "Shares of runs with Wilson's 95% interval; what was never seen in n runs is "
                        + "bounded by 3/n. The last column says how many runs it takes on average "
                        + "to see it."),
            ]
        }
        return .element("section", [], pieces)
    }

    /// All figures, point by point; a sweep's are folded away.
    private var every: Markup {
        let points = tables.all.map { place, table -> Markup in
            let parts = table.parts.map {
                Markup.table($0, "Figures of each strategy, \(place ?? "all")", heads: 1)
            }
            guard let place else { return .all(parts) }
            return .element(
                "details", [], [.element("summary", [], "All figures at \(place)")] + parts)
        }
        return .all(
            [.element("h3", [], "Every figure")] + points
                + [
                    .element(
                        "p", [("class", "note")],
                        FigureTable.note(study) + " " + study.warmUpSentence)
                ])
    }

    /// A row for each handler and strategy; a sweep's are folded away.
    private var handlers: Markup {
        guard let table = tables.handlers else { return .all([]) }
        let title = "Each handler"
        let pieces = [
            Markup.table(table, title, heads: study.sweeps.count + 2),
            .element("p", [("class", "note")], StudyTables.noteOnHandlers),
        ]
        if study.sweeps.isEmpty { return .all([.element("h3", [], title)] + pieces) }
        return .element("details", [], [.element("summary", [], title)] + pieces)
    }

    private var again: Markup {
        func card(_ text: String, wraps: Bool) -> Markup {
            .element(
                "div", [("class", "card")],
                [
                    .element(
                        "pre", [("class", wraps ? "wrap" : "text"), ("tabindex", "0")], text)
                ])
        }
        let first = study.seeds.first ?? ""
        let last = study.seeds.last ?? ""
        let fingerprints = study.points.flatMap { point in
            point.comparison.sides.map { side in
                (point.values.texts + [side.strategy.rawValue]).joined(separator: " ")
                    + "  \(side.fingerprint)"
            }
        }
        return .element(
            "section", [],
            [
                .element("h2", [], "The same again"),
                card(origin.command, wraps: true),
                .element(
                    "p", [("class", "note")],
                    "Seeds \(first) to \(last), the same for every strategy. The same topology and seeds "
                        + "give the same page, byte for byte, on any machine."),
                .element("h2", [], "Topology"),
                card(origin.topology, wraps: false),
                .element(
                    "details", [],
                    [
                        .element("summary", [], "Every value that it ran with, defaults included"),
                        card(origin.resolved, wraps: false),
                    ]),
                .element(
                    "details", [],
                    [
                        .element("summary", [], "Fingerprints of all runs"),
                        card(fingerprints.joined(separator: "\n"), wraps: true),
                    ]),
            ])
    }

    private var method: Markup {
        .howToRead(
            "Figures are means over the seeds with 95% intervals by Student's t. Strategies meet "
                + "the same arrivals, keys and times, so differences are paired over the seeds; "
                + "p is corrected by Holm's method. A winner is named where its lead over every "
                + "other strategy is significant (p below 0.05) and at least 1% (of shares: a tenth "
                + "of a percent). What is nearer is a tie; what is further apart and yet not significant "
                + "is not told apart. Strategies that broke an invariant in any run, or had nothing "
                + "done, compete with nobody. Crossings are sought where a lead "
                + "changes sides; their place supposes straight lines between the points, its "
                + "interval is Fieller's.")
    }
}
