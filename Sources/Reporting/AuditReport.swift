import Auditing
import Checking
import Perturbation

/// What invariants say of recordings, for people and for programs.
public struct AuditReport {
    private let audit: Audit
    /// How many breaches of an invariant the text shows.
    private static let most = 3

    public init(_ audit: Audit) { self.audit = audit }

    public var text: String {
        var lines = audit.judgements.flatMap(lines)
        let broken = audit.judgements.count { !$0.holds }
        let unjudged = audit.unjudged.count
        let held = audit.judgements.count - broken - unjudged
        lines.append(
            "\(held) of \(audit.judgements.count) hold, \(broken) broken, \(unjudged) not judged")
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ judgement: Judgement) -> [String] {
        let name = judgement.invariant.name
        if let reason = judgement.reason { return ["not judged  \(name): \(reason)"] }
        let injected =
            judgement.injected > 0 ? "; \(judgement.injected) by the schedule's doing" : ""
        if judgement.holds {
            let nothing = judgement.judged == 0 ? " (nothing to judge)" : ""
            return ["holds       \(name): \(judgement.judged) judged\(nothing)\(injected)"]
        }
        var lines = ["broken      \(name): \(judgement.broken) of \(judgement.judged)\(injected)"]
        let breaches = judgement.breaches.filter { $0.cause == .system }
        for breach in breaches.prefix(Self.most) {
            lines += breach.explanation(variant: audit.evidence, baseline: audit.baseline)
                .map { "  " + $0 }
        }
        if judgement.broken > Self.most {
            lines.append("  … and \(judgement.broken - Self.most) more")
        }
        return lines
    }

    public var json: JSONValue {
        .members([
            ("holds", .bool(audit.holds)),
            ("invariants", .array(audit.judgements.map(json))),
        ])
    }

    private func json(_ judgement: Judgement) -> JSONValue {
        let verdict = judgement.reason != nil ? "not judged" : judgement.holds ? "holds" : "broken"
        return .members([
            ("name", .string(judgement.invariant.name)),
            ("rule", .string(judgement.invariant.rule.word)),
            ("verdict", .string(verdict)),
            ("reason", judgement.reason.map(JSONValue.string)),
            ("judged", .number(judgement.judged)),
            ("broken", .number(judgement.broken)),
            ("injected", .number(judgement.injected)),
            (
                "breaches",
                .array(
                    judgement.breaches.map { breach in
                        let lines = breach.explanation(
                            variant: audit.evidence, baseline: audit.baseline)
                        return .members([
                            ("anomaly", .string(breach.signature.anomaly)),
                            ("cause", .string(breach.cause.rawValue)),
                            ("signature", .string("\(breach.signature)")),
                            (
                                "entity",
                                breach.entity.map { .string(String(decoding: $0, as: UTF8.self)) }
                            ),
                            ("words", .string(breach.words)),
                            (
                                "records",
                                .array(
                                    lines.dropFirst().map { line in
                                        .string(String(line.drop { $0 == " " }))
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }
}
