/// Where a study came from, as its page shows it.
public struct StudyOrigin: Sendable {
    /// The topology's file.
    public let file: String
    /// What it says, with what was put into it.
    public let topology: String
    /// The command that makes the same page again.
    public let command: String

    public init(file: String, topology: String, command: String) {
        self.file = file
        self.topology = topology
        self.command = command
    }
}
