/// One thing that is wrong in a file: where, what was found and what is accepted instead.
///
/// Printed as one line, `plan.yaml:7:11: rules[1].drop: "2 %%" is no probability; write 2%`.
public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// None where the file as a whole is meant (it cannot be read, say).
    public let place: Place?
    /// Empty at the root of the document.
    public let path: String
    /// What was found and why it will not do.
    public let found: String
    /// What would do, as a clause: `write 5..50`.
    public let accepted: String?

    public init(
        file: String, place: Place?, path: String = "", found: String, accepted: String? = nil
    ) {
        self.file = file
        self.place = place
        self.path = path
        self.found = found
        self.accepted = accepted
    }

    public var description: String {
        var text = file
        if let place { text += ":\(place)" }
        if !path.isEmpty { text += ": \(path)" }
        text += ": \(found)"
        if let accepted { text += "; \(accepted)" }
        return text
    }
}
