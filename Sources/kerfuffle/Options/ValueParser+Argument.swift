import Arguments
import Configuration

extension ArgumentType {
    /// The spelling that files have too: `1MiB`, `250ms`, `500/s`.
    init(
        _ parser: ValueParser<Value>, valueName: String? = nil,
        spell: @escaping @Sendable (Value) -> String = { "\($0)" }
    ) {
        self.init(valueName: valueName ?? parser.noun, spell: spell) { text in
            parser.parse(text).mapError { error in
                InvalidArgument("\(error.found); \(error.accepted)")
            }
        }
    }
}
