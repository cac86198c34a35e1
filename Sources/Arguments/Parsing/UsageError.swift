/// A command line that cannot be run: everything that is wrong with it, and how it should look.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `["kerfuffle", "proxy"]`.
    public let path: [String]
    public let messages: [String]
    /// The usage line of the command.
    public let usage: String

    /// What standard error shows.
    public var description: String {
        messages.map { "error: \($0)\n" }.joined()
            + "\(usage)\nMore: \(path.joined(separator: " ")) --help\n"
    }
}
