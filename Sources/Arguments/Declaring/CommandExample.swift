/// A command line as one would type it, and what it is for.
public struct CommandExample: Hashable, Sendable {
    public let command: String
    public let purpose: String

    public init(_ command: String, _ purpose: String) {
        self.command = command
        self.purpose = purpose
    }
}
