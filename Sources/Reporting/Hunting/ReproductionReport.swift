import Hunting
import Perturbation

/// How often a reproducer showed its failure.
public struct ReproductionReport {
    private let reproduction: Reproduction

    public init(_ reproduction: Reproduction) { self.reproduction = reproduction }

    public var text: String {
        let failure = reproduction.reproducer.failure
        var lines = [
            "\(failure.signature): shown by \(reproduction.shown) of \(reproduction.runs) runs"
        ]
        if let words = reproduction.words { lines.append("  \(words)") }
        for other in Set(reproduction.others).sorted(by: { $0.signature < $1.signature }) {
            let count = reproduction.others.count { $0 == other }
            lines.append("  instead, in \(count): \(other.signature): \(other.words)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    public var json: JSONValue {
        .members([
            ("failure", HuntJSON.failure(reproduction.reproducer.failure)),
            ("runs", .number(reproduction.runs)), ("shown", .number(reproduction.shown)),
            ("words", reproduction.words.map { .string($0) }),
            ("others", .array(reproduction.others.map(HuntJSON.failure))),
            ("cpu_ms", .number(reproduction.cpuMs)),
        ])
    }
}

/// Parts that several reports have.
enum HuntJSON {
    static func failure(_ failure: Failure) -> JSONValue {
        .members([
            ("invariant", .string(failure.invariant)), ("anomaly", .string(failure.anomaly)),
            ("stream", failure.role.isEmpty ? nil : .string(failure.role)),
            ("entity_kind", failure.entityKind.isEmpty ? nil : .string(failure.entityKind)),
            ("entity", failure.entity.map { .string($0) }), ("words", .string(failure.words)),
        ])
    }
}
