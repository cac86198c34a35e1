extension ValueParser where Value == String {
    /// Any text; in a file it must be quoted where it is empty.
    public static var text: ValueParser {
        ValueParser("text", accepted: "write a text, in quotes if it is empty") { .value($0) }
    }

    /// Any text with something in it.
    ///
    /// - Parameter noun: what it is called in problems: `topic name`.
    public static func name(_ noun: String = "name") -> ValueParser {
        ValueParser(noun, accepted: "write a \(noun)") { $0.isEmpty ? .other : .value($0) }
    }
}

extension ValueParser {
    /// One of a few words; a word near to one of them is answered by that one.
    public static func oneOf(
        _ noun: String, _ choices: KeyValuePairs<String, Value>
    ) -> ValueParser {
        let choices = choices.map { (word: $0.key, value: $0.value) }
        let words = choices.map(\.word)
        let accepted = "write " + words.joined(separator: ", ")
        return ValueParser(noun, accepted: accepted, takesNull: words.contains("null")) { text in
            if let choice = choices.first(where: { $0.word == text }) {
                return .value(choice.value)
            }
            guard let near = nearestName(to: text, among: words) else { return .other }
            return .refused("is no \(noun) (did you mean `\(near)`?)")
        }
    }
}

extension ValueParser where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's words.
    public static func word(_ noun: String) -> ValueParser {
        let words = Value.allCases.map(\.rawValue)
        let accepted = "write " + words.joined(separator: ", ")
        return ValueParser(noun, accepted: accepted, takesNull: words.contains("null")) { text in
            if let value = Value(rawValue: text) { return .value(value) }
            guard let near = nearestName(to: text, among: words) else { return .other }
            return .refused("is no \(noun) (did you mean `\(near)`?)")
        }
    }
}

extension ValueParser where Value == String {
    /// A name that stands elsewhere in the file; a word near to one of them is answered by that one.
    ///
    /// - Parameters:
    ///   - noun: what is named: `queue`.
    ///   - names: those that there are.
    ///   - most: so many of them are listed in problems.
    public static func reference(
        _ noun: String, among names: [String], listing most: Int = 12
    ) -> ValueParser {
        let accepted =
            names.isEmpty
            ? "there is none: define one first"
            : "write " + names.prefix(most).joined(separator: ", ")
                + (names.count > most ? " or another one" : "")
        return ValueParser(noun, accepted: accepted) { text in
            if names.contains(text) { return .value(text) }
            guard let near = nearestName(to: text, among: names) else { return .other }
            return .refused("is no \(noun) here (did you mean `\(near)`?)")
        }
    }
}
