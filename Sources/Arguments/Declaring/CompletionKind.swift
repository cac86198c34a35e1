/// What a shell may propose for a value.
public enum CompletionKind: Hashable, Sendable {
    /// Nothing: only the user knows.
    case none
    case words([String])
    /// Files with one of these extensions (without the dot), or any files.
    case files(extensions: [String] = [])
    case directories
    /// The names of the program's commands, from the outside in.
    case commands
}

extension CompletionKind {
    /// The word in `<…>` where the declaration says more than the type.
    var valueName: String? {
        switch self {
        case .files: "file"
        case .directories: "folder"
        case .none, .words, .commands: nil
        }
    }
}
