/// How values of one kind are read from the command line, shown in help and completed.
public struct ArgumentType<Value: Sendable>: Sendable {
    /// The word in `<…>` of a usage line, unless the declaration has its own.
    public let valueName: String
    public let completion: CompletionKind
    public let parse: @Sendable (String) -> Result<Value, InvalidArgument>
    /// The spelling of a default value in help.
    public let spell: @Sendable (Value) -> String

    /// - Parameters:
    ///   - valueName: the word in `<…>` of a usage line.
    ///   - spell: how help prints a default.
    ///   - parse: the value of a text, or why it is none.
    public init(
        valueName: String, completion: CompletionKind = .none,
        spell: @escaping @Sendable (Value) -> String = { "\($0)" },
        parse: @escaping @Sendable (String) -> Result<Value, InvalidArgument>
    ) {
        self.valueName = valueName
        self.completion = completion
        self.spell = spell
        self.parse = parse
    }
}
