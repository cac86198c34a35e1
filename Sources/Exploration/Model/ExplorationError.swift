/// Why a topology cannot be explored: every reason, a sentence each.
public struct ExplorationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [String]

    init(_ problems: [String]) { self.problems = problems }

    public var description: String { problems.joined(separator: "\n") }
}
