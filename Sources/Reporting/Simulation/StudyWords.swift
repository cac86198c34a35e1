import Simulation

/// What a study says, in sentences: what breaks, which strategy wins where and by how much, and where
/// curves cross. A winner is named only where it is told apart (``Ranking``); ties are called ties.
struct StudyWords {
    let study: Study
    let headlines: [Figure]

    init(study: Study) {
        self.study = study
        headlines = [.goodput, study.tail, .wastedShare]
    }

    var sentences: [String] { parts.flatMap(\.sentences) }

    /// The sentences by what they are about.
    var parts: [(title: String, sentences: [String])] {
        [
            ("What holds", said(standstills) + said(unhandled) + said(broken)),
            ("Who wins", said(leads)),
            ("Where curves cross", said(crossings)),
        ]
    }

    /// What is to be said of every line, with its place.
    private func said(_ about: (Study.Line) -> [String]) -> [String] {
        study.lines.flatMap { line in
            let sentences = about(line)
            guard let place = place(line) else { return sentences }
            return sentences.map { "With \(place): \($0)" }
        }
    }

    /// The values of the other sweeps; nil where there are none.
    func place(_ line: Study.Line) -> String? {
        if line.others.isEmpty { return nil }
        return line.others.map { "\($0.path) \($0.value)" }.joined(separator: ", ")
    }

    // MARK: What breaks

    /// Runs that were ended as nothing would ever be done any more.
    private func standstills(_ line: Study.Line) -> [String] {
        study.strategies.enumerated().compactMap { index, strategy in
            let hit = line.points.filter { $0.comparison.sides[index].standstills > 0 }
            guard !hit.isEmpty else { return nil }
            let runs = hit.reduce(0) { $0 + $1.comparison.sides[index].standstills }
            let place = study.sweeps.isEmpty ? "" : " at \(names(hit))"
            return
                "\(strategy.rawValue) stands still in \(runs) of \(hit.count * study.seeds.count) "
                + "runs\(place): every delivery is over before the work on it is done, so that its figures "
                + "mean nothing."
        }
    }

    private func broken(_ line: Study.Line) -> [String] {
        guard line.points.contains(where: { !$0.topology.invariants.isEmpty }) else { return [] }
        var sentences: [String] = []
        for (index, strategy) in study.strategies.enumerated() {
            let hit = line.points.filter { $0.comparison.sides[index].anyBroken.hits > 0 }
            guard let first = hit.first else { continue }
            let shares = hit.map { $0.comparison.sides[index].anyBroken.share }.sorted()
            let runs = first.comparison.sides[index].anyBroken.count
            var text = "\(strategy.rawValue) breaks what must hold in "
            text += "\(Self.span(shares.map(Figures.rough))) of \(runs) runs"
            if study.sweeps.first != nil {
                text += hit.count == line.points.count ? " at every point" : " at \(names(hit))"
            }
            if let seed = first.comparison.sides[index].brokenSeed {
                text += ", first with seed \(seed)"
            }
            sentences.append(text + ".")
        }
        let whole = study.strategies.indices.filter { index in
            handles(index, line)
                && line.points.allSatisfy { $0.comparison.sides[index].anyBroken.hits == 0 }
        }
        if whole.isEmpty && !study.strategies.indices.contains(where: { handles($0, line) }) {
            return sentences
        } else if whole.isEmpty {
            sentences.append("No strategy keeps what must hold.")
        } else if let point = line.points.first {
            let side = point.comparison.sides[whole[0]]
            let bound = side.anyBroken.interval.upperBound
            sentences.append(
                "\(whole.map { study.strategies[$0].rawValue }.inWords) "
                    + (whole.count == 1 ? "keeps" : "keep") + " what must hold in all "
                    + "\(side.anyBroken.count) runs"
                    + (study.sweeps.isEmpty ? "" : " of every point")
                    + (bound < 1
                        ? ", so that with 95% confidence at most \(Figures.rough(bound)) of runs "
                            + "break it." : ", too few to say more."))
        }
        return sentences
    }

    // MARK: Who leads

    private func leads(_ line: Study.Line) -> [String] {
        headlines.compactMap { figure in
            let isZero = line.points.allSatisfy { point in
                point.comparison.competitors(in: figure).allSatisfy {
                    $0.estimate(figure).mean == 0
                }
            }
            let rankings = line.points.compactMap { $0.comparison.ranking(figure) }
            guard !isZero, rankings.count == line.points.count,
                rankings.contains(where: { $0.order.count > 1 })
            else { return nil }
            return study.sweeps.isEmpty
                ? lead(rankings[0]) : along(line, rankings, figure)
        }
    }

    /// `Best goodput: actor, 399.8/s; next is lock with 11.98% less, 351.9/s.` Those that vary too much to have a
    /// place are named at the end.
    func lead(_ ranking: Ranking) -> String {
        let figure = ranking.figure
        let best = ranking.order[0].estimate(figure)
        let next =
            (ranking.followers.first.map { "; next is \(behind($0, ranking))" } ?? "")
            + unplaced(ranking)
        let names = ranking.leaders.map(\.strategy.rawValue)
        if names.count == 1 {
            return "Best \(figure.title): \(names[0]), \(figure.shown(best.mean))\(next)."
        }
        guard ranking.isNear else {
            let values = ranking.leaders.map { side in
                "\(side.strategy.rawValue) (\(figure.shown(side.estimate(figure))))"
            }
            return "Not told apart in \(figure.title) by \(study.seeds.count) seeds: "
                + "\(values.inWords)\(next)."
        }
        let values = ranking.leaders.map { $0.estimate(figure).mean }
        let ends = [values.first ?? 0, values.last ?? 0]
        let isOne = figure.shown(ends[0]).prefix(4) == figure.shown(ends[1]).prefix(4)
        let value = isOne ? figure.shown(ends[0]) : Self.span(ends.map(figure.shown))
        return "A tie in \(figure.title): \(names.inWords), \(value)\(next)."
    }

    private func unplaced(_ ranking: Ranking) -> String {
        guard !ranking.unplaced.isEmpty else { return "" }
        let values = ranking.unplaced.map { side in
            "\(side.strategy.rawValue) (\(ranking.figure.shown(side.estimate(ranking.figure))))"
        }
        return "; \(values.inWords) var\(values.count == 1 ? "ies" : "y") too much over "
            + "\(study.seeds.count) seeds to be placed"
    }

    private func behind(_ side: Comparison.Side, _ ranking: Ranking) -> String {
        let figure = ranking.figure
        let value = figure.shown(side.estimate(figure).mean)
        let name = side.strategy.rawValue
        guard let share = relative(side, ranking) else { return "\(name), \(value)" }
        return "\(name) with \(share), \(value)"
    }

    /// How far a strategy is behind the best one, with its interval: `12% (11% to 13%) less`; nil for
    /// shares, which say it themselves.
    private func relative(_ side: Comparison.Side, _ ranking: Ranking) -> String? {
        let figure = ranking.figure
        let best = ranking.order[0].estimate(figure).mean
        guard figure.unit != .share, best != 0,
            let place = ranking.order.firstIndex(where: { $0.strategy == side.strategy }),
            place > 0
        else { return nil }
        let difference = ranking.behind[place - 1].difference
        let size = difference.mean.magnitude / best.magnitude
        var text = Figures.rough(size)
        if let half = difference.halfWidth {
            let width = half / best.magnitude
            text += " (\(Figures.rough(max(0, size - width))) to \(Figures.rough(size + width)))"
        }
        return text + (figure.wantsMore == true ? " less" : " more")
    }

    /// `p99 of latency: partitioned leads from 8 to 32, actor at 64; optimistic and actor tie at 100.`
    private func along(_ line: Study.Line, _ rankings: [Ranking], _ figure: Figure) -> String {
        var parts: [String] = []
        var start = 0
        while start < rankings.count {
            let names = rankings[start].leaders.map(\.strategy)
            var end = start
            while end + 1 < rankings.count,
                Set(rankings[end + 1].leaders.map(\.strategy)) == Set(names)
            {
                end += 1
            }
            let place = range(line, start...end)
            let texts = study.strategies.filter(names.contains).map(\.rawValue)
            let lead = leadOver(Array(rankings[start...end]))
            if texts.count == 1 {
                parts.append("\(texts[0]) leads \(place)" + (lead.map { ", by \($0)" } ?? ""))
            } else {
                let isTie = rankings[start...end].allSatisfy(\.isNear)
                parts.append(
                    "\(texts.inWords) \(isTie ? "tie" : "are not told apart") \(place)"
                        + (lead.map { ", ahead of the rest by \($0)" } ?? ""))
            }
            start = end + 1
        }
        let path = study.sweeps.first.map { " along \($0.path)" } ?? ""
        return "\(figure.title.prefix(1).uppercased())\(figure.title.dropFirst())\(path): "
            + parts.joined(separator: "; ") + "."
    }

    /// By how much the best one is ahead of those that do not lead: `12% to 40%`; nil where all lead.
    private func leadOver(_ rankings: [Ranking]) -> String? {
        let leads = rankings.compactMap { ranking -> Double? in
            let figure = ranking.figure
            guard let next = ranking.followers.first else { return nil }
            let values = (
                ranking.order[0].estimate(figure).mean, next.estimate(figure).mean
            )
            let size = (values.0 - values.1).magnitude
            let whole = figure.unit == .share ? 1 : max(values.0.magnitude, values.1.magnitude)
            return whole > 0 ? size / whole : nil
        }
        guard let least = leads.min(), let most = leads.max() else { return nil }
        let points = rankings.first?.figure.unit == .share ? " of all time" : ""
        return Self.span([Figures.rough(least), Figures.rough(most)]) + points
    }

    // MARK: Where curves cross

    /// Every crossing of the headline figures.
    var found: [(line: Study.Line, crossing: Crossing)] {
        guard let sweep = study.sweeps.first else { return [] }
        return study.lines.flatMap { line in
            headlines.flatMap { figure in
                Crossing.all(figure, line, along: sweep.axis).map { (line, $0) }
            }
        }
    }

    private func crossings(_ line: Study.Line) -> [String] {
        guard let sweep = study.sweeps.first else { return [] }
        return headlines.flatMap { figure in
            Crossing.all(figure, line, along: sweep.axis).map { Self.sentence($0, sweep) }
        }
    }

    static func sentence(_ crossing: Crossing, _ sweep: Sweep) -> String {
        let (from, to) = (sweep.values[crossing.from], sweep.values[crossing.to])
        var text =
            "In \(crossing.figure.title) \(crossing.before.rawValue) and "
            + "\(crossing.after.rawValue) cross between \(from) and \(to)"
        if let axis = sweep.axis, let position = crossing.position {
            text += ", near \(axis.shown(position))"
            if let interval = crossing.interval {
                text +=
                    " (95% interval: \(axis.shown(interval.lowerBound)) to "
                    + "\(axis.shown(interval.upperBound)), if both run straight in between)"
            }
        }
        if crossing.to > crossing.from + 1 {
            text += "; the points in between do not tell them apart"
        }
        return "\(text): \(crossing.before.rawValue) is ahead before, "
            + "\(crossing.after.rawValue) after."
    }

    // MARK: Words

    private func name(_ point: Study.Point) -> String { point.values.texts.first ?? "" }

    func names(_ points: [Study.Point]) -> String { points.map(name).inWords }

    private func range(_ line: Study.Line, _ range: ClosedRange<Int>) -> String {
        let first = name(line.points[range.lowerBound])
        if range.count == 1 { return "at \(first)" }
        return "from \(first) to \(name(line.points[range.upperBound]))"
    }

    /// `12%` or `12% to 40%`.
    static func span(_ texts: [String]) -> String {
        guard let first = texts.first, let last = texts.last, first != last else {
            return texts.first ?? ""
        }
        return "\(first) to \(last)"
    }
}
