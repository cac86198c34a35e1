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
        try format.print(text: text(), json: json())
    }
}

extension OutputFormat {
    /// Prints a result in this format.
    func print(text: @autoclosure () -> String, json: @autoclosure () -> JSONValue) throws {
        switch self {
        case .text: try show(printable(text()))
        case .json: try show(json().text + "\n")
        }
    }
}

/// A text as a terminal takes it: control characters that came in with records or names, line ends and tabs apart,
/// as `\u{1b}`.
func printable(_ text: String) -> String {
    let isControl = { (scalar: Unicode.Scalar) in
        scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
        if isControl(scalar) {
            result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
}

/// Writes to standard output at once, or says why it cannot be: no result is lost in silence.
func show(_ text: String) throws {
    let output = try TextOutput()
    output.text.append(text: text)
    try output.flush()
}

/// Tells on standard error what a user should know of a result.
func warn(_ sentences: [String]) {
    for sentence in sentences {
        try? FileHandle.standardError.write(contentsOf: Data("warning: \(sentence)\n".utf8))
    }
}
