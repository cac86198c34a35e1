/// Where a study came from, as its page shows it.
public struct StudyOrigin: Sendable {
    /// The topology's file.
    public let file: String
    /// What it says.
    public let topology: String
    /// Every value that it ran with and where it comes from, the swept ones as the file has them.
    public let resolved: String
    /// The command that makes the same page again.
    public let command: String

    public init(file: String, topology: String, resolved: String, command: String) {
        self.file = file
        self.topology = topology
        self.resolved = resolved
        self.command = command
    }
}
