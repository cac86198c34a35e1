import Checking

/// A failure that a trial showed: what it is told by, and what it said this time.
public struct Failure: Hashable, Sendable, Codable {
    public var invariant: String
    public var anomaly: String
    public var role: String
    public var entityKind: String
    /// The entity that it showed on, as text; nil where it is about none.
    public var entity: String?
    /// What is wrong, in one sentence.
    public var words: String
    /// What was fed, expected and seen, a record a line; nil where a failure has none, or an older version wrote it.
    public var evidence: [String]?

    /// - Parameter evidence: the records that show it, a line each.
    public init(_ breach: Breach, evidence: [String] = []) {
        let signature = breach.signature
        invariant = signature.invariant
        anomaly = signature.anomaly
        role = signature.role
        entityKind = signature.entityKind
        entity = breach.entity.map { String(decoding: $0, as: UTF8.self) }
        words = breach.words
        self.evidence = evidence.isEmpty ? nil : evidence
    }

    /// A crash, a hang or a failed start: a failure that no invariant judges.
    public init(ending: TrialOutcome.Ending) {
        invariant = ending.word
        anomaly = Self.normalised(ending.reason ?? "")
        role = "system"
        entityKind = ""
        entity = nil
        evidence = nil
        words = ending.reason ?? ending.word
    }

    public var signature: FailureSignature {
        FailureSignature(
            invariant: invariant, anomaly: anomaly, role: role, entityKind: entityKind)
    }

    /// Numbers say which, not what: `copy 1 ended with exit code 3` and `copy 2 …` are one.
    private static func normalised(_ text: String) -> String {
        var result = ""
        var isNumber = false
        for character in text.prefix(200) {
            if character.isNumber {
                if !isNumber { result += "#" }
                isNumber = true
            } else {
                result.append(character)
                isNumber = false
            }
        }
        return result
    }
}
