/// Everything that is wrong in a file, sorted by place; prints one problem a line.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one; those without a place first, those of one place in the order of their finding.
    public let problems: [Problem]

    public init(_ problems: [Problem]) {
        let placed = problems.enumerated().sorted { left, right in
            let first = left.element.place ?? Place(line: 0, column: 0)
            let second = right.element.place ?? Place(line: 0, column: 0)
            return (first, left.offset) < (second, right.offset)
        }
        self.problems = placed.map(\.element)
    }

    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
