/// Why a text is no value of an option or argument.
public struct InvalidArgument: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found and what is accepted: `"2 %%" is no probability; write 2%`.
    public let reason: String

    public init(_ reason: String) { self.reason = reason }

    public var description: String { reason }
}
