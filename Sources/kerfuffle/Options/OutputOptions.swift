import Arguments
import Foundation
import Interchange
import Perturbation

/// How a result is printed.
struct OutputOptions: ParsableArguments {
    @Option(help: "How the result is printed: for people or for programs.")
    var format: OutputFormat = .text

    /// Prints a result in the format that was asked for.
    func print(text: @autoclosure () -> String, json: @autoclosure () -> JSONValue) throws {
        let output = try TextOutput()
        switch format {
        case .text: output.text.append(text: text())
        case .json:
            output.text.append(json())
            output.text.append("\n")
        }
        try output.flush()
    }
}

/// Tells on standard error what a user should know of a result.
func warn(_ sentences: [String]) {
    for sentence in sentences {
        try? FileHandle.standardError.write(contentsOf: Data("warning: \(sentence)\n".utf8))
    }
}
