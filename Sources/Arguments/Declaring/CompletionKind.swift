/// What a shell may propose for a value.
public enum CompletionKind: Hashable, Sendable {
    /// Nothing: only the user knows.
    case none
    case words([String])
    /// Files with one of these extensions (without the dot), or any files.
    case files(extensions: [String] = [])
    case directories
}
