import Arguments
import Configuration

extension ArgumentType<Int> {
    /// Bytes, spelled in the largest unit that divides them: `16MiB`.
    static func size(_ range: ClosedRange<Int>) -> ArgumentType {
        ArgumentType(within(range), spell: spelled)
    }

    private static func within(_ range: ClosedRange<Int>) -> ValueParser<Int> {
        // Nothing can be larger than the largest number, and a limit of one byte says nothing.
        let (least, most) = (spelled(range.lowerBound), spelled(range.upperBound))
        let accepted =
            range.upperBound < .max
            ? "write \(least) to \(most)"
            : range.lowerBound > 1 ? "write \(least) or more" : ValueParser.size.accepted
        return ValueParser.size.refusing(accepted: accepted) { bytes in
            range.contains(bytes)
                ? nil : bytes < range.lowerBound ? "is too small" : "is too large"
        }
    }

    private static func spelled(_ bytes: Int) -> String {
        let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)]
        let unit = units.first { bytes > 0 && bytes % (1 << $0.1) == 0 }
        return unit.map { "\(bytes >> $0.1)\($0.0)" } ?? "\(bytes)"
    }
}

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
