/// What was found out about a cluster: check by check.
public struct Diagnosis: Sendable {
    public enum Status: String, Sendable {
        case good
        /// It works, and somebody should know.
        case warning
        /// A run would not work.
        case bad
        /// It could not be tried without touching something, or because something else is bad.
        case untried
    }

    public struct Check: Sendable {
        public var status: Status
        /// What was looked at: `input orders`, `rights`.
        public var subject: String
        /// One sentence.
        public var text: String
        /// What would mend it, as command lines; empty where it is not known.
        public var remedies: [String] = []
    }

    public var checks: [Check] = []

    /// Nothing is bad.
    public var isWell: Bool { !checks.contains { $0.status == .bad } }

    mutating func note(
        _ status: Status, _ subject: String, _ text: String, _ remedies: [String] = []
    ) {
        checks.append(Check(status: status, subject: subject, text: text, remedies: remedies))
    }
}
