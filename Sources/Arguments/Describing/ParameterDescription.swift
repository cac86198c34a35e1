/// An option, flag or argument as help, completion and manual pages see it.
public struct ParameterDescription: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case option, flag, argument }

    public let kind: Kind
    /// Without dashes; none for arguments.
    public let longNames: [String]
    public let shortNames: [Character]
    /// `no-…` names of a flag.
    public let negatedNames: [String]
    /// The word in `<…>`; empty for flags.
    public let valueName: String
    public let help: String
    public let example: String?
    public let defaultText: String?
    public let environment: String?
    public let isRequired: Bool
    public let isRepeating: Bool
    public let completion: CompletionKind
    /// The heading of its group; nil: among the others.
    public var group: String?

    /// As typed, the short ones first: `-b`, `--brokers`, `--no-fsync`.
    public var spelledNames: [String] {
        shortNames.map { "-\($0)" } + (longNames + negatedNames).map { "--\($0)" }
    }

    /// How a message names it: `--brokers`, `<input>`.
    var title: String {
        if kind == .argument { return "<\(valueName)>" }
        return longNames.first.map { "--\($0)" } ?? shortNames.first.map { "-\($0)" } ?? ""
    }

    /// With its value: `--brokers <host:port>`.
    var titleWithValue: String { kind == .option ? "\(title) <\(valueName)>" : title }

    /// Its help, with default, environment, example and whether it must be given.
    var helpWithNotes: String {
        var text = help
        if isRepeating, kind == .option { text += " May be repeated." }
        var notes: [String] = []
        if let defaultText { notes.append("default: \(defaultText)") }
        if let environment { notes.append("environment: \(environment)") }
        if let example { notes.append("example: \(example)") }
        if isRequired, kind == .option { notes.append("required") }
        return notes.isEmpty ? text : "\(text) (\(notes.joined(separator: "; ")))"
    }
}
