import Exploration
import Perturbation

extension ExplorationReport {
    /// What was left out of a counterexample and its topology, and that nothing more can be.
    static func table(of reduction: Reduction) -> String {
        removals(reduction.certificate).text + reduction.certificate.sentence + "\n"
    }

    static func removals(_ certificate: Certificate) -> TextTable {
        var table = TextTable([
            ("left out", .left), ("found with", .right), ("shown with", .right), ("tried", .right),
        ])
        for row in certificate.rows where row.before != row.after || row.tried > 0 {
            table.append([row.dimension.name, "\(row.before)", "\(row.after)", "\(row.tried)"])
        }
        return table
    }

    /// The counterexample in the smallest topology, and how that differs from the one that was explored.
    func json(_ reduction: Reduction) -> JSONValue {
        .members([
            ("changed", .array(reduction.edits.map { .string("\($0)") })),
            ("minimal", Self.json(reduction.certificate)),
            ("messages", .number(reduction.model.messages)),
            ("bounds", .string(reduction.model.boundsInWords)),
            ("counterexample", json(reduction.counterexample, reduction.model)),
        ])
    }

    /// Whether every removal was brought to its end, and each dimension with what was tried.
    static func json(_ certificate: Certificate) -> JSONValue {
        .members([
            ("certain", .bool(certificate.undecided == 0)), ("tried", .number(certificate.tried)),
            (
                "dimensions",
                .array(
                    certificate.rows.map { row in
                        .members([
                            ("dimension", .string(row.dimension.name)),
                            ("before", .number(row.before)), ("after", .number(row.after)),
                            ("tried", .number(row.tried)),
                            ("undecided", .number(row.undecided)),
                        ])
                    })
            ),
        ])
    }
}
