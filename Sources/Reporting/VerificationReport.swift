import Perturbation
import Recording

extension Verification {
    /// The result as one line of JSON.
    public var json: String {
        JSONValue.object([
            .init("verified", .number(String(verified))),
            .init(
                "differences",
                .array(
                    differences.map { difference in
                        .object([
                            .init("output", .string("\(difference.source)")),
                            .init("delivery", .number(String(difference.delivery))),
                            .init("kind", .string(difference.kind.rawValue)),
                            .init("explanation", .string(difference.explanation)),
                        ])
                    })),
        ]).text
    }
}
