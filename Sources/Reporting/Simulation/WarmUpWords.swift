import Simulation

extension Study {
    /// What was not measured, and who said so, in a sentence.
    var warmUpSentence: String {
        let warmUp = WarmUp(points.flatMap { $0.comparison.sides.map(\.warmUp) })
        let messages =
            warmUp.least == warmUp.most
            ? "the first \(warmUp.least) messages" : "\(warmUp.least) to \(warmUp.most) messages"
        guard warmUp.isByMSER else {
            return "Not measured: \(messages) of each run, as `run.warmUp` says; "
                + "that is no cut by MSER-5 (`warmUp: mser5`)."
        }
        let text = "Not measured: \(messages) of each run, cut by MSER-5."
        if warmUp.unsettled == 0 { return text }
        return text
            + " In \(warmUp.unsettled) of \(warmUp.count) runs it found no cut: they are too "
            + "short, and their start is measured, too."
    }
}
