/// Reads one kind of value from its spelling: the same in files and in flags.
public struct ValueParser<Value: Sendable>: Sendable {
    /// What the value is called after "no": `probability`, `duration`.
    public let noun: String
    /// How it is written, as a clause: `write 2%, 0.02 or 1/50`.
    public let accepted: String
    /// A plain `null` in a file is this value's spelling, and not the absence of a value.
    let takesNull: Bool
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
        _ outcome: @escaping @Sendable (String) -> Outcome
    ) {
        self.noun = noun
        self.accepted = accepted
        self.takesNull = takesNull
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

extension ValueParser where Value: Comparable {
    /// The same spelling, for values of a range only.
    ///
    /// - Parameter spelling: the range as people read it: `1ms..1h`.
    public func within(_ range: ClosedRange<Value>, _ spelling: String? = nil) -> ValueParser {
        let limits = spelling ?? "\(range.lowerBound)..\(range.upperBound)"
        return ValueParser(noun, accepted: "write one within \(limits)", takesNull: takesNull) {
            switch outcome($0) {
            case .value(let value) where !range.contains(value): .refused("is not within \(limits)")
            case let outcome: outcome
            }
        }
    }
}
