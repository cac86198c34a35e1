/// Reads one kind of value from its spelling: the same in files and in flags.
public struct ValueParser<Value: Sendable>: Sendable {
    /// What the value is called after "no": `probability`, `duration`.
    public let noun: String
    /// How it is written, as a clause: `write 2%, 0.02 or 1/50`.
    public let accepted: String
    /// A plain `null` in a file is this value's spelling, and not the absence of a value.
    let takesNull: Bool
    /// For the few values that may be a list in a file.
    let readList: (@Sendable (Element) -> Value?)?
    let outcome: @Sendable (String) -> Outcome

    /// What becomes of a text.
    enum Outcome {
        case value(Value)
        /// Not of this kind at all.
        case other
        /// Of this kind, but will not do: a clause that follows the quoted text.
        case refused(String)
    }

    init(
        _ noun: String, accepted: String, takesNull: Bool = false,
        readList: (@Sendable (Element) -> Value?)? = nil,
        _ outcome: @escaping @Sendable (String) -> Outcome
    ) {
        self.noun = noun
        self.accepted = accepted
        self.takesNull = takesNull
        self.readList = readList
        self.outcome = outcome
    }

    /// A kind of value of the caller's own.
    ///
    /// - Parameter parse: the value of a text; nil where the text is none.
    public init(
        noun: String, accepted: String, parse: @escaping @Sendable (String) -> Value?
    ) {
        self.init(noun, accepted: accepted) { parse($0).map(Outcome.value) ?? .other }
    }

    /// The value of a text, or what is wrong with it.
    public func parse(_ text: String) -> Result<Value, ValueError> {
        switch outcome(text) {
        case .value(let value): .success(value)
        case .other: .failure(error("\(quoted(text)) is no \(noun)"))
        case .refused(let why): .failure(error("\(quoted(text)) \(why)"))
        }
    }

    private func error(_ found: String) -> ValueError {
        ValueError(found: found, accepted: accepted)
    }
}

extension ValueParser {
    /// The same spelling, for some values only.
    ///
    /// - Parameters:
    ///   - accepted: what is written, as a clause: `write an even number`.
    ///   - complaint: nil for a good value; else a clause that follows it: `is odd`.
    public func refusing(
        accepted: String, _ complaint: @escaping @Sendable (Value) -> String?
    ) -> ValueParser {
        ValueParser(noun, accepted: accepted, takesNull: takesNull, readList: readList) { text in
            switch outcome(text) {
            case .value(let value): complaint(value).map { .refused($0) } ?? .value(value)
            case let outcome: outcome
            }
        }
    }

    /// The same spelling for another type.
    public func map<Other>(
        _ transform: @escaping @Sendable (Value) -> Other
    ) -> ValueParser<Other> {
        let readList = readList
        return ValueParser<Other>(
            noun, accepted: accepted, takesNull: takesNull,
            readList: readList.map { read in { @Sendable in read($0).map(transform) } }
        ) { text in
            switch outcome(text) {
            case .value(let value): .value(transform(value))
            case .refused(let why): .refused(why)
            case .other: .other
            }
        }
    }
}

extension ValueParser where Value: Comparable {
    /// The same spelling, for values of a range: `.duration.within(.zero ... .seconds(60))`.
    public func within(_ range: ClosedRange<Value>) -> ValueParser {
        let limits = "\(spelled(range.lowerBound))..\(spelled(range.upperBound))"
        return refusing(accepted: "write one within \(limits)") {
            range.contains($0) ? nil : "is not within \(limits)"
        }
    }

    /// The same spelling, for values that are not too small: `.integer.atLeast(1)`.
    public func atLeast(_ least: Value) -> ValueParser {
        let limit = spelled(least)
        return refusing(accepted: "write \(limit) or more") {
            $0 < least ? "is less than \(limit)" : nil
        }
    }

    private func spelled(_ value: Value) -> String {
        (value as? Duration)?.spelled ?? "\(value)"
    }
}
