import Perturbation

/// JSON in which texts may have `${…}`, which stand for what is drawn or counted.
///
/// A text that is one `${…}` and nothing else becomes a value of the hole's own kind; within other text
/// it is spelled out.
public indirect enum Template: Hashable, Sendable {
    case fixed(JSONValue)
    case text([Piece])
    case array([Template])
    case object([Member])

    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: Template
    }

    public enum Piece: Hashable, Sendable {
        case literal(String)
        case hole(Hole)
    }

    /// What a `${…}` stands for.
    public enum Hole: Hashable, Sendable {
        /// The record's key.
        case key
        /// Its place in the workload, from 0.
        case index
        /// `op-7`: unique in the workload.
        case id
        /// Which one it is of its key, from 1.
        case sequence
        /// Milliseconds since 1970.
        case time
        /// The operation's name.
        case operation
        /// `${int:1..100}`; edges are its ends and 0, 1, -1 where they lie within.
        case integer(ClosedRange<Int>, isNullable: Bool)
        /// `${text}`, `${text:12}` for the longest; edges are empty, long, and Unicode's awkward texts.
        case text(longest: Int, isNullable: Bool)
        /// `${choice:a|b|c}`.
        case choice([String])
        /// `${bool}`.
        case boolean

        /// nil where the text is no hole's.
        init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard var name = parts.first else { return nil }
            let argument = parts.count > 1 ? parts[1] : nil
            let isNullable = name.hasSuffix("?")
            if isNullable { name.removeLast() }
            switch (name, argument) {
            case ("key", nil): self = .key
            case ("index", nil): self = .index
            case ("id", nil): self = .id
            case ("sequence", nil): self = .sequence
            case ("time", nil): self = .time
            case ("operation", nil): self = .operation
            case ("bool", nil): self = .boolean
            case ("int", let range?):
                let ends = range.replacing("..", with: " ").split(separator: " ")
                guard ends.count == 2, let low = Int(ends[0]), let high = Int(ends[1]), low <= high,
                    high.subtractingReportingOverflow(low).overflow == false
                else { return nil }
                self = .integer(low...high, isNullable: isNullable)
            case ("text", let longest):
                guard let count = Int(longest ?? "16"), (0...100_000).contains(count) else {
                    return nil
                }
                self = .text(longest: count, isNullable: isNullable)
            case ("choice", let words?):
                let words = words.split(separator: "|", omittingEmptySubsequences: false)
                self = .choice(words.map(String.init))
            default: return nil
            }
            let takesNull: Bool
            switch self {
            case .integer, .text: takesNull = true
            default: takesNull = false
            }
            if isNullable && !takesNull { return nil }
        }

        static let accepted =
            "write ${key}, ${index}, ${id}, ${sequence}, ${time}, ${operation}, ${int:1..100}, "
            + "${text:12}, ${choice:a|b}, ${bool}; ${int?:…} and ${text?} may be null"
    }

    /// The pieces of a text; the first hole that is none as failure.
    static func pieces(of text: String) -> Result<[Piece], UnknownHole> {
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            if start.lowerBound > rest.startIndex {
                pieces.append(.literal(String(rest[..<start.lowerBound])))
            }
            let inside = rest[start.upperBound...]
            guard let end = inside.firstIndex(of: "}") else {
                return .failure(UnknownHole(text: String(inside)))
            }
            guard let hole = Hole(String(inside[..<end])) else {
                return .failure(UnknownHole(text: String(inside[..<end])))
            }
            pieces.append(.hole(hole))
            rest = inside[inside.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        return .success(pieces)
    }

    struct UnknownHole: Error {
        let text: String
    }
}
