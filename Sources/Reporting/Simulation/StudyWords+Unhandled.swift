import Simulation

/// What strategies did not get done: who handles nothing has no figures, and who leaves much has those of the part
/// that it did.
extension StudyWords {
    func unhandled(_ line: Study.Line) -> [String] {
        if line.points.allSatisfy({ $0.comparison.sides.allSatisfy { $0.measured == 0 } }) {
            return [
                "No verdict: nothing was measured, as no message came after the warm-up; make runs longer "
                    + "(--messages, --time) or `run.warmUp` shorter."
            ]
        }
        return study.strategies.indices.compactMap { idle($0, line) }
            + study.strategies.indices.compactMap { slow($0, line) } + leftOver(line)
    }

    /// Of those who handled something somewhere.
    func handles(_ index: Int, _ line: Study.Line) -> Bool {
        line.points.contains { $0.comparison.sides[index].ended > 0 }
    }

    private func idle(_ index: Int, _ line: Study.Line) -> String? {
        let hit = line.points.filter { $0.comparison.sides[index].ended == 0 }
        guard !hit.isEmpty else { return nil }
        return
            "\(study.strategies[index].rawValue) handles none of the messages measured\(at(hit, line)), in none of "
            + "\(study.seeds.count) runs: it competes with nobody, and that it breaks nothing means nothing."
    }

    private func slow(_ index: Int, _ line: Study.Line) -> String? {
        let strategy = study.strategies[index]
        let hit = line.points.filter { point in
            point.comparison.candidates.contains { $0.strategy == strategy }
                && !point.comparison.finishers.contains { $0.strategy == strategy }
        }
        guard let first = hit.first, let best = first.comparison.finishers.first else { return nil }
        let shares = hit.map { $0.comparison.sides[index].estimate(.leftOver).mean }.sorted()
        return
            "\(strategy.rawValue) leaves \(Self.span(shares.map(Figures.rough))) of messages unhandled at the "
            + "end\(at(hit, line)) (\(best.strategy.rawValue): "
            + "\(Figures.rough(best.estimate(.leftOver).mean))): it competes in goodput alone, as its other "
            + "figures leave these out."
    }

    /// Where even who competes leaves something that matters.
    private func leftOver(_ line: Study.Line) -> [String] {
        let shares = line.points.flatMap { point in
            point.comparison.finishers.map { $0.estimate(.leftOver).mean }
        }.filter { $0 > Comparison.leftOverMargin }.sorted()
        guard !shares.isEmpty else { return [] }
        return [
            "At the end of the runs \(Self.span(shares.map(Figures.rough))) of messages were left over "
                + "(row \"left over\"); latencies do not have them, and would be longer with them."
        ]
    }

    private func at(_ points: [Study.Point], _ line: Study.Line) -> String {
        if study.sweeps.isEmpty { return "" }
        return points.count == line.points.count ? " at every point" : " at \(names(points))"
    }
}
