/// Values that are good each alone but not together.
public struct ValidationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let messages: [String]

    public init(_ message: String) { messages = [message] }

    /// All that is wrong, a sentence each.
    public init(_ messages: [String]) { self.messages = messages }

    public var description: String { messages.joined(separator: "\n") }
}
