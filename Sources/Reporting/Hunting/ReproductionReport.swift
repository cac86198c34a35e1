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
        if let last = reproduction.last { lines += HuntReport.shown(last) }
        let others = Dictionary(grouping: reproduction.others, by: \.signature)
        for (signature, same) in others.sorted(by: { $0.key < $1.key }) {
            lines.append("  instead, in \(same.count): \(signature): \(same[0].words)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    public var json: JSONValue {
        .members([
            ("failure", HuntJSON.failure(reproduction.reproducer.failure)),
            ("runs", .number(reproduction.runs)), ("shown", .number(reproduction.shown)),
            ("words", reproduction.last.map { .string($0.words) }),
            ("evidence", HuntJSON.evidence(reproduction.last)),
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
            ("evidence", evidence(failure)),
        ])
    }

    /// nil where there is none.
    static func evidence(_ failure: Failure?) -> JSONValue? {
        failure?.evidence.map { .array($0.map { .string($0) }) }
    }
}
