import Configuration

/// A key of a topology and the values that it is to have, one after the other.
public struct Sweep: Hashable, Sendable {
    /// `handlers.reserve.workers`, as `Setting` reads it.
    public let path: String
    /// As they were written, at least one, no two the same.
    public let values: [String]

    /// - Throws: what is wrong, and what would do.
    public init(path: String, values: [String]) throws(ValueError) {
        for value in values { _ = try Setting(path, value) }
        guard !values.isEmpty else {
            throw ValueError(
                found: "\(path) has no values", accepted: "write \(path)=1,2,4")
        }
        for (index, value) in values.enumerated() where values[..<index].contains(value) {
            throw ValueError(
                found: "\(value) stands there twice", accepted: "write each value once")
        }
        self.path = path
        self.values = values
    }

    /// Reads `handlers.reserve.workers=1,2,4,8`; commas within brackets and quotes part nothing.
    ///
    /// - Throws: what is wrong, and what would do.
    public init(_ text: String) throws(ValueError) {
        guard let equals = text.firstIndex(of: "=") else {
            throw ValueError(
                found: "\(text) names no values", accepted: "write \(text)=1,2,4")
        }
        let values = Self.parts(text[text.index(after: equals)...])
        if values.contains("") {
            throw ValueError(
                found: "a value of \(text[..<equals]) is empty",
                accepted: "write \(text[..<equals])=1,2,4")
        }
        try self.init(path: String(text[..<equals]), values: values)
    }

    private static func parts(_ text: Substring) -> [String] {
        var parts = [""]
        var depth = 0
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil }
            } else {
                switch character {
                case "\"", "'": quote = character
                case "(", "[", "{": depth += 1
                case ")", "]", "}": depth -= 1
                case "," where depth == 0:
                    parts.append("")
                    continue
                default: break
                }
            }
            parts[parts.count - 1].append(character)
        }
        return parts.map { String($0.drop { $0 == " " }) }
    }

    /// Where the values stand, if they are numbers of one kind, each greater than the one before; nil
    /// where they are words, or out of order.
    public var axis: Axis? {
        let times = values.compactMap { text -> Double? in
            guard case .success(let time) = ValueParser<Duration>.duration.parse(text) else {
                return nil
            }
            return Double(time.nanoseconds) / 1e9
        }
        if times.count == values.count, values != ["0"] { return Axis(times, .seconds) }
        let rates = values.compactMap { text -> Double? in
            guard case .success(let rate) = ValueParser<Rate>.rate.parse(text) else { return nil }
            return Double(rate.events) / Double(rate.seconds)
        }
        if rates.count == values.count { return Axis(rates, .perSecond) }
        return Self.onlyNumber(values).flatMap {
            Axis($0.numbers, $0.isPercent ? .percent : .number)
        }
    }

    /// Values as places on a line.
    public struct Axis: Hashable, Sendable {
        public enum Unit: Hashable, Sendable {
            case seconds, perSecond, percent, number
        }

        /// One of each value, rising.
        public let positions: [Double]
        public let unit: Unit

        init?(_ positions: [Double], _ unit: Unit) {
            guard zip(positions, positions.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
            self.positions = positions
            self.unit = unit
        }

        /// Whether equal steps are equal ratios: the greatest is 20 times the least, or more.
        public var isLogarithmic: Bool {
            guard let first = positions.first, let last = positions.last else { return false }
            return first > 0 && last >= 20 * first
        }
    }

    /// The number in which texts differ that are otherwise the same.
    private static func onlyNumber(
        _ texts: [String]
    ) -> (numbers: [Double], isPercent: Bool)? {
        let tokens = texts.map(Self.tokens)
        guard let first = tokens.first, tokens.allSatisfy({ $0.count == first.count }) else {
            return nil
        }
        let differing = first.indices.filter { index in
            tokens.contains { $0[index] != first[index] }
        }
        guard differing.count <= 1,
            let place = differing.first ?? first.firstIndex(where: { Double($0) != nil })
        else { return nil }
        let numbers = tokens.compactMap { Double($0[place]) }
        let isPercent = first.dropFirst(place + 1).first?.hasPrefix("%") ?? false
        return numbers.count == texts.count ? (numbers, isPercent) : nil
    }

    /// Numbers, and what stands between them.
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var isNumber = false
        for character in text {
            let isDigit = character.isASCII && (character.isNumber || character == ".")
            if tokens.isEmpty || isDigit != isNumber { tokens.append("") }
            isNumber = isDigit
            tokens[tokens.count - 1].append(character)
        }
        return tokens
    }
}

/// Values for keys of a topology, one of each sweep.
public struct SweepValues: Hashable, Sendable {
    /// One of each sweep, in the order of the sweeps.
    public let texts: [String]

    /// All combinations, the last sweep changing fastest; one without values where there is no sweep.
    static func grid(_ sweeps: [Sweep]) -> [SweepValues] {
        sweeps.reduce([[]]) { rows, sweep in
            rows.flatMap { row in sweep.values.map { row + [$0] } }
        }.map { SweepValues(texts: $0) }
    }
}
