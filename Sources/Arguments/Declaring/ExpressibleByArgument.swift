/// A type whose values can be written on a command line.
public protocol ExpressibleByArgument: Sendable {
    static var argumentType: ArgumentType<Self> { get }
}

extension String: ExpressibleByArgument {
    public static var argumentType: ArgumentType<String> {
        ArgumentType(valueName: "text") { .success($0) }
    }
}

extension ExpressibleByArgument where Self: FixedWidthInteger {
    public static var argumentType: ArgumentType<Self> {
        ArgumentType(valueName: "number") { text in
            let limits = "\(Self.min) to \(Self.max)"
            let digits = text.hasPrefix("-") ? text.utf8.dropFirst() : text.utf8[...]
            guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else {
                return .failure(InvalidArgument("\(quoted(text)) is no whole number; write 5"))
            }
            guard let value = Self(text) else {
                return .failure(InvalidArgument("\(quoted(text)) is not within \(limits)"))
            }
            return .success(value)
        }
    }
}

extension Int: ExpressibleByArgument {}
extension Int32: ExpressibleByArgument {}
extension Int64: ExpressibleByArgument {}
extension UInt16: ExpressibleByArgument {}
extension UInt32: ExpressibleByArgument {}
extension UInt64: ExpressibleByArgument {}

extension Double: ExpressibleByArgument {
    public static var argumentType: ArgumentType<Double> {
        ArgumentType(valueName: "number") { text in
            guard let value = Double(text), value.isFinite else {
                return .failure(InvalidArgument("\(quoted(text)) is no number; write 0.5 or 2"))
            }
            return .success(value)
        }
    }
}

/// An enumeration of words: `enum Format: String, CaseIterable, ExpressibleByArgument`.
extension ExpressibleByArgument where Self: RawRepresentable & CaseIterable, RawValue == String {
    public static var argumentType: ArgumentType<Self> {
        let words = allCases.map(\.rawValue)
        return ArgumentType(
            valueName: words.joined(separator: "|"), completion: .words(words), spell: \.rawValue
        ) { text in
            if let value = Self(rawValue: text) { return .success(value) }
            let near = nearestName(to: text, among: words)
            let hint = near.map { "; did you mean \($0)?" } ?? ""
            let accepted = words.joined(separator: ", ")
            return .failure(
                InvalidArgument("\(quoted(text)) is none of \(accepted)\(hint)"))
        }
    }
}
