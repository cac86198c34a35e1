import Perturbation
import Simulation

/// Each handler of a study, where there are several.
extension StudyData {
    /// One of each handler, with `name` and `figures`; nil where there is but one.
    static func handlers(_ comparison: Comparison, _ side: Int) -> JSONValue? {
        let handlers = comparison.sides[side].handlers
        guard !handlers.isEmpty else { return nil }
        return .array(
            handlers.enumerated().map { index, handler in
                .members([
                    ("name", .string(handler.name)),
                    (
                        "figures",
                        .members(
                            Figure.ofHandlers.map { figure in
                                let pairs = comparison.differences(figure, handler: index)
                                return (
                                    figure.rawValue,
                                    Self.figure(
                                        handler.estimate(figure), side > 0 ? pairs[side - 1] : nil)
                                )
                            })
                    ),
                ])
            })
    }

    /// Lines whose figure is `handler:NAME:goodput` and so on.
    func handlers(_ point: Study.Point) -> String {
        let comparison = point.comparison
        let count = comparison.sides.first?.handlers.count ?? 0
        var lines = ""
        for index in 0..<count {
            for figure in Figure.ofHandlers {
                let pairs = comparison.differences(figure, handler: index)
                for (place, side) in comparison.sides.enumerated() {
                    let handler = side.handlers[index]
                    let name = "handler:\(handler.name):\(figure.rawValue)"
                    lines += Self.line(
                        point.values.texts + [side.strategy.rawValue, name]
                            + Self.cells(
                                handler.estimate(figure), place > 0 ? pairs[place - 1] : nil))
                }
            }
        }
        return lines
    }
}
