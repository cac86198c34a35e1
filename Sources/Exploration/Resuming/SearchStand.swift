/// Where a search stands between two steps: what it has counted, and what its strategy needs to go on, as numbers.
struct SearchStand: Equatable {
    var counts: Search.Counts
    /// Of the walk, whose own affair it is.
    var walk: [UInt64]
    /// What was come by so far.
    var coverage: [UInt64]

    init(_ counts: Search.Counts, walk: [UInt64], coverage: [UInt64]) {
        (self.counts, self.walk, self.coverage) = (counts, walk, coverage)
    }

    /// Three lines of numbers.
    var text: String {
        [counts.numbers, walk, coverage].map(Self.line).joined(separator: "\n")
    }

    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 3, let counts = Search.Counts(numbers: Self.numbers(lines[0])) else {
            return nil
        }
        self.init(counts, walk: Self.numbers(lines[1]), coverage: Self.numbers(lines[2]))
    }

    static func line(_ numbers: [UInt64]) -> String {
        numbers.map { String($0, radix: 16) }.joined(separator: " ")
    }

    static func numbers(_ line: some StringProtocol) -> [UInt64] {
        line.split(separator: " ").compactMap { UInt64($0, radix: 16) }
    }
}

/// Numbers that are taken one after the other; missing ones are noticed at the end.
struct NumberReader {
    private var rest: ArraySlice<UInt64>
    private(set) var isShort = false

    init(_ numbers: [UInt64]) { rest = numbers[...] }

    mutating func next() -> UInt64 {
        if rest.isEmpty { isShort = true }
        return rest.popFirst() ?? 0
    }

    /// One that was written as a whole number, perhaps below 0.
    mutating func whole() -> Int { Int(truncatingIfNeeded: Int64(bitPattern: next())) }

    var isOver: Bool { rest.isEmpty && !isShort }
}

extension UInt64 {
    /// A whole number as ``NumberReader/whole()`` reads it.
    init(whole: Int) { self = UInt64(bitPattern: Int64(whole)) }
}
