/// What help says of one of a program's exit codes.
public struct ExitCodeHelp: Hashable, Sendable {
    public let code: Int32
    /// When it ends with it, as a sentence.
    public let meaning: String

    public init(_ code: Int32, _ meaning: String) {
        self.code = code
        self.meaning = meaning
    }
}
