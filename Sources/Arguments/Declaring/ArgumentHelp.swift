/// What help says of an option, flag or argument; a literal is the sentence alone.
public struct ArgumentHelp: Hashable, Sendable, ExpressibleByStringLiteral {
    public var abstract: String
    /// The word in `<…>`; none: that of the type.
    public var valueName: String?
    /// A value as one would write it.
    public var example: String?

    public init(_ abstract: String, valueName: String? = nil, example: String? = nil) {
        self.abstract = abstract
        self.valueName = valueName
        self.example = example
    }

    public init(stringLiteral abstract: String) { self.init(abstract) }
}
