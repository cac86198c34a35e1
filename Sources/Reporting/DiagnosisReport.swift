import Perturbation
import Proxy

/// What the doctor found, for people and for programs.
public enum DiagnosisReport {
    public static func text(_ diagnosis: Diagnosis) -> String {
        let words: [Diagnosis.Status: String] = [
            .good: "good", .warning: "warn", .bad: "BAD", .untried: "?",
        ]
        let width = diagnosis.checks.map(\.subject.count).max() ?? 0
        var text = ""
        for check in diagnosis.checks {
            let word = words[check.status] ?? ""
            let mark = word + String(repeating: " ", count: 6 - word.count)
            let space = String(repeating: " ", count: width - check.subject.count + 2)
            text += "\(mark)\(check.subject)\(space)\(check.text)\n"
            for remedy in check.remedies { text += "        \(remedy)\n" }
        }
        let bad = diagnosis.checks.count { $0.status == .bad }
        return text + (bad == 0 ? "\na run would work\n" : "\na run would not work: \(bad) bad\n")
    }

    /// The same as one object of JSON.
    public static func json(_ diagnosis: Diagnosis) -> JSONValue {
        .members([
            ("well", .bool(diagnosis.isWell)),
            (
                "checks",
                .array(
                    diagnosis.checks.map { check in
                        .members([
                            ("status", .string(check.status.rawValue)),
                            ("subject", .string(check.subject)), ("text", .string(check.text)),
                            ("remedies", .array(check.remedies.map { .string($0) })),
                        ])
                    })
            ),
        ])
    }
}
