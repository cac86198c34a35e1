/// Why a text is no value of a kind.
public struct ValueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text as it was found and what is wrong with it: `"2 %%" is no probability`.
    public let found: String
    /// What would do, as a clause: `write 2%, 0.02 or 1/50`.
    public let accepted: String

    public init(found: String, accepted: String) {
        self.found = found
        self.accepted = accepted
    }

    public var description: String { "\(found); \(accepted)" }
}
