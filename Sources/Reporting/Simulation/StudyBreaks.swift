import Checking
import Simulation

/// The first break of each strategy that broke an invariant, drawn: the run is made once more for it.
struct StudyBreaks {
    let study: Study

    init(_ study: Study) { self.study = study }

    /// A title and a timeline for each strategy, at the first point at which it broke something.
    ///
    /// - Complexity: that of two runs a strategy.
    var pictures: [(title: String, picture: Markup)] {
        study.strategies.indices.compactMap { index in
            for point in study.points {
                let side = point.comparison.sides[index]
                guard let seed = side.brokenSeed else { continue }
                let result = point.topology.run(side.strategy, seed: seed)
                guard let violation = result.broken.first,
                    let timeline = Interleaving(
                        violation, point.topology, side.strategy, seed: seed)?.timeline
                else { return nil }
                let place = zip(study.sweeps, point.values.texts)
                    .map { ", \($0.path) \($1)" }.joined()
                return (
                    "\(side.strategy.rawValue) with seed \(seed)\(place)",
                    TimelineDrawing(timeline).inline
                )
            }
            return nil
        }
    }
}
