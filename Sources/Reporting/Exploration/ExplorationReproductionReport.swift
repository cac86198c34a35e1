import Exploration
import Perturbation

/// Whether a counterexample still shows.
public struct ExplorationReproductionReport {
    private let finding: String
    private let isShown: Bool
    private let other: Finding?

    /// - Parameter other: what showed instead.
    public init(finding: String, isShown: Bool, other: Finding?) {
        (self.finding, self.isShown, self.other) = (finding, isShown, other)
    }

    public var text: String {
        let instead = other.map { "; instead: \($0)" } ?? ""
        return "\(finding): \(isShown ? "shown" : "not shown\(instead)")\n"
    }

    public var json: JSONValue {
        .members([
            ("finding", .string(finding)), ("shown", .bool(isShown)),
            ("instead", other.map { .string("\($0)") }),
        ])
    }
}
