import Hunting

/// A hunt's result as a page of its own: one file that fetches nothing.
public struct HuntPage {
    private let result: HuntResult
    private let report: HuntReport
    private let pictures: [String: DeliveryTimeline]

    /// - Parameter pictures: of reproducers, by their folder.
    public init(_ result: HuntResult, pictures: [String: DeliveryTimeline] = [:]) {
        self.result = result
        report = HuntReport(result)
        self.pictures = pictures
    }

    public var text: String {
        Page(
            title: "\(result.hunt): what the hunt found",
            body: [head, verdict] + result.clusters.map(cluster) + [charts, team, figures, method]
        ).text
    }

    private var head: Markup {
        .head(
            kicker: "Hunt", title: result.hunt,
            facts: [
                result.file, "\(result.search.trials) trials", result.strategy,
                HuntReport.seconds(result.wallMs),
            ])
    }

    private var verdict: Markup {
        let found = result.clusters.filter(\.isConfirmed)
        let sentence =
            switch result.conclusion {
            case .clean:
                [
                    report.cleanWords.prefix(1).uppercased() + report.cleanWords.dropFirst()
                        + " (\(HuntReport.count(result.search.trials, "trial")))."
                ]
            case .onlyFlaky: ["What failed did not repeat often enough to count."]
            case .stopped: [String]()
            case .found:
                found.map { cluster in
                    "\(cluster.failure.signature): \(cluster.failure.words)"
                        + (cluster.reproducer.map { " (\(HuntReport.kinds($0)))" } ?? "")
                }
            }
        let aside = result.calibration.quarantined.map {
            "\($0.signature), in \($0.count) of \(result.calibration.trials): \($0.words)"
                + ($0.isPutAside
                    ? ($0.isListed ? "" : " (in no quarantine list)") : " (counts: expired)")
        }
        let broken = result.calibration.broken.map {
            "\($0.signature), in \($0.count) of \(result.calibration.trials): \($0.words)"
        }
        let stopped = report.stoppedWords.map { ["It was \($0)."] }
        return .verdict([
            ("What came of it", sentence),
            ("Stopped", stopped ?? []),
            ("Broken without perturbation", broken),
            ("Put aside: differs without perturbation", aside),
        ])
    }

    private func cluster(_ cluster: HuntResult.Cluster) -> Markup {
        var pieces = [
            Markup.element(
                "h2", [],
                (cluster.isConfirmed ? "" : cluster.isOpen ? "Not yet repeated: " : "Flaky: ")
                    + cluster.failure.signature.description),
            .element("p", [], cluster.failure.words), evidence(of: cluster.failure),
            .list([
                "in \(cluster.count) of \(result.search.trials) trials, first in trial "
                    + "\(cluster.firstTrial), seed \(cluster.firstSeed)",
                "again in \(cluster.confirmations) of \(cluster.confirmationRuns) repetitions"
                    + HuntReport.lateness(of: cluster),
            ]),
        ]
        if let reproducer = cluster.reproducer {
            if let picture = pictures[reproducer.folder] {
                pieces.append(.scrolled(picture.markup(isAlone: false), label: "What is fed"))
            }
            pieces.append(
                .element(
                    "div", [("class", "card")],
                    [
                        .element(
                            "pre", [("class", "wrap"), ("tabindex", "0")],
                            "kerfuffle reproduce \(reproducer.folder)")
                    ]))
            pieces.append(
                .element(
                    "p", [("class", "note")],
                    "It was " + HuntReport.shrinking(reproducer)
                        + "; \(HuntReport.replayed(reproducer))."
                ))
        }
        return .element("section", [], pieces)
    }

    /// What was fed, expected and seen.
    private func evidence(of failure: Failure) -> Markup {
        guard let lines = failure.evidence else { return .all([]) }
        return .element(
            "div", [("class", "card")],
            [
                .element(
                    "pre", [("class", "wrap"), ("tabindex", "0")], lines.joined(separator: "\n"))
            ])
    }

    /// Trials over time: what failed, and what was new.
    private var charts: Markup {
        let course = result.search.course
        guard course.count > 1 else { return .all([]) }
        let axis = Chart.Axis(
            title: "trial", labels: course.indices.map { "\($0 + 1)" },
            positions: course.indices.map { Double($0 + 1) }, isLogarithmic: false)
        var failing = 0.0
        let failures = course.map { step -> Chart.Value? in
            failing += step.failing ? 1 : 0
            return Chart.Value(mean: failing, halfWidth: 0)
        }
        let features = course.map {
            Chart.Value?(Chart.Value(mean: Double($0.features), halfWidth: 0))
        }
        func chart(
            _ title: String, _ subtitle: String, _ name: String, _ values: [Chart.Value?]
        ) -> Markup {
            .figure(
                Chart(
                    title: title, subtitle: subtitle,
                    series: [.init(name: name, style: 0, values: values)], axis: axis,
                    shown: { "\(Int($0))" }))
        }
        return .element(
            "section", [],
            [
                .element("h2", [], "Trials over time"),
                .element(
                    "div", [("class", "charts")],
                    [
                        chart("Failing trials", "so far", "failing", failures),
                        chart(
                            "Coverage", "classes of schedules and states seen so far", "classes",
                            features),
                    ]),
            ])
    }

    /// The lists that the team keeps; nothing where it keeps none.
    private var team: Markup {
        var parts: [Markup] = []
        func add(_ title: String, _ table: TextTable) {
            parts += [.element("h2", [], title), .table(table, title, heads: 1)]
        }
        if !result.quarantine.isEmpty {
            var table = TextTable([
                ("failure", .left), ("until", .left), ("trials", .right), ("reason", .left),
            ])
            for use in result.quarantine {
                let until = "\(use.entry.expires)" + (use.isExpired ? ", expired" : "")
                table.append([use.entry.failure, until, "\(use.trials)", use.entry.reason])
            }
            add("Quarantine", table)
        }
        if !result.escapes.escapes.isEmpty {
            var table = TextTable([
                ("escape", .left), ("date", .left), ("boundary", .left), ("found since by", .left),
                ("what", .left),
            ])
            for one in result.escapes.escapes {
                table.append([
                    one.id, "\(one.date)", "\(one.boundary)", one.foundBy ?? "no hunt",
                    one.what ?? "",
                ])
            }
            add("Escapes: bugs that reached production", table)
        }
        if result.escapes.path != nil {
            var table = TextTable([("boundary (topic x group)", .left), ("a hunt", .left)])
            for one in result.escapes.coverage(with: result.boundaries) {
                table.append(["\(one.boundary)", one.isCovered ? "yes" : "none"])
            }
            add("Boundaries", table)
        }
        return parts.isEmpty ? .all([]) : .element("section", [], parts)
    }

    private var figures: Markup {
        var table = TextTable([("figure", .left), ("value", .right)])
        for (name, value) in HuntFigures(result).rows { table.append([name, value]) }
        return .element(
            "section", [], [.element("h2", [], "Figures"), .table(table, "Figures", heads: 1)])
    }

    private var method: Markup {
        .howToRead(
            "A failure counts after it was repeated under the same schedule. What differs between "
                + "trials without perturbation is put aside before any variant is judged. "
                + "Coverage counts classes of what schedules did (pairs of records of one key "
                + "exchanged, distances, copies, faults by place) and states that the system "
                + "ended in. Atoms are records, lines of the schedule and numbers in values.")
    }
}
