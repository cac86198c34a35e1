import Configuration

/// An expression of jq that has been found to compile, as text; each task compiles it for itself.
struct JQExpression: Hashable, Sendable {
    let text: String
    /// Where it stands, for what it says of records: `invariants[2].key at 14:9`.
    let origin: String
}

extension Element {
    /// A text that jq can compile.
    func jq() -> JQExpression? {
        value(as: ValueParser.name("jq expression")).flatMap { jq($0) }
    }

    /// As above, of a text that has been read.
    func jq(_ text: String) -> JQExpression? {
        switch JQProgram.compiling(text) {
        case .success: return JQExpression(text: text, origin: "\(path) at \(place)")
        case .failure(let fault):
            problem(
                "is no jq expression: \(fault.message)",
                accepted: "write one as jq takes it, such as .order.id",
                at: place(of: fault, in: text))
            return nil
        }
    }

    /// Where in the file: of a text over several lines (a block that begins with | or >) the line that libjq names;
    /// else the word that it does not know, or the beginning.
    private func place(of fault: JQProgram.Fault, in text: String) -> Place {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if let line = fault.line, text.dropLast().contains("\n"), line <= lines.count {
            return Place(line: place.line + line, column: 1)
        }
        guard case .scalar(_, let isQuoted) = node.content, !text.contains("\n"),
            let end = fault.message.firstRange(of: " is not defined")?.lowerBound,
            let word = fault.message[..<end].split(separator: "/").first,
            let found = text.firstRange(of: word)
        else { return place }
        let before = text[..<found.lowerBound].unicodeScalars.count
        return Place(line: place.line, column: place.column + before + (isQuoted ? 1 : 0))
    }
}
