import Simulation

extension StudyTables {
    private static let columnsOfHandlers: [Figure] = [
        .goodput, .attemptsPerCommit, .conflictShare, .deadLetterShare, .latencyMean, .latencyP50,
        .latencyP99, .utilisation,
    ]

    /// A row for each point, handler and strategy; nil where there is but one handler.
    var handlers: TextTable? {
        let points = study.points.map { ($0.values.texts, $0.comparison.sides) }
        guard let names = points.first?.1.first?.handlers.map(\.name), !names.isEmpty else {
            return nil
        }
        let columns = Self.columnsOfHandlers.filter { figure in
            points.contains { _, sides in
                sides.contains { $0.handlers.contains { $0.estimate(figure).mean != 0 } }
            }
        }
        var table = TextTable(
            head + [("handler", .left), ("strategy", .left)] + columns.map { ($0.column, .right) })
        for (values, sides) in points {
            for (index, name) in names.enumerated() {
                for side in sides {
                    table.append(
                        values + [name, side.strategy.rawValue]
                            + columns.map { $0.shown(side.handlers[index].estimate($0)) })
                }
            }
        }
        return table
    }

    static let noteOnHandlers =
        "Each handler by itself: attempts per commit, dead letters of the messages that ended there, latency from "
        + "arrival or publication to the end."
}
