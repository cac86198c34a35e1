/// A command: its options are its properties, its work is `run`.
public protocol ParsableCommand: ParsableArguments {
    static var configuration: CommandConfiguration { get }

    /// Does the work.
    ///
    /// - Throws: anything; an error that is `ExitCodeProviding` chooses the exit code, any other
    ///   gives 1.
    mutating func run() throws
}
