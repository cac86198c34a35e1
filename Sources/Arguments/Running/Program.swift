import Foundation

/// The edge between commands and the process: here, and nowhere else, is printed and exited.
public struct Program {
    private let root: any ParsableCommand.Type
    private let output: (String) -> Void
    private let diagnostics: (String) -> Void

    /// - Parameters:
    ///   - output: takes what belongs to standard output.
    ///   - diagnostics: takes what belongs to standard error.
    public init(
        _ root: any ParsableCommand.Type, output: @escaping (String) -> Void,
        diagnostics: @escaping (String) -> Void
    ) {
        self.root = root
        self.output = output
        self.diagnostics = diagnostics
    }

    /// Runs the command that the arguments name.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Returns: 0, 64 for a command line that cannot be run, the code of an error that is
    ///   `ExitCodeProviding` or an `ExitCode`, and 1 for any other error.
    public func run(_ arguments: [String], environment: [String: String] = [:]) -> ExitCode {
        let width = environment["COLUMNS"].flatMap { Int($0) }.map { min(max($0, 60), 120) } ?? 80
        let parser = CommandLineParser(root, environment: environment, width: width)
        switch parser.parse(arguments) {
        case .show(let text):
            output(text)
            return .success
        case .refused(let error):
            diagnostics(error.description)
            return .usage
        case .run(var command, let description):
            do {
                try command.run()
                return .success
            } catch {
                return end(by: error, of: description)
            }
        }
    }

    private func end(by error: any Error, of description: CommandDescription) -> ExitCode {
        switch error {
        case let code as ExitCode: return code
        case let error as ValidationError:
            let usage = UsageError(
                path: description.path, messages: error.messages,
                usage: usageLine(of: description))
            diagnostics(usage.description)
            return .usage
        default:
            diagnostics("error: \(error)\n")
            return (error as? any ExitCodeProviding)?.exitCode ?? .failure
        }
    }
}

extension ParsableCommand {
    /// Runs the process's own command line and ends the process.
    public static func main() {
        let program = Program(
            Self.self,
            output: { text in
                do {
                    try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
                } catch {
                    let sentence = "error: standard output: cannot be written\n"
                    try? FileHandle.standardError.write(contentsOf: Data(sentence.utf8))
                    exit(ExitCode.files.rawValue)
                }
            },
            diagnostics: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) })
        let code = program.run(
            Array(CommandLine.arguments.dropFirst()),
            environment: ProcessInfo.processInfo.environment)
        exit(code.rawValue)
    }
}
