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
            let line = text.contains("\n") ? fault.line.map { " in its line \($0)" } ?? "" : ""
            problem(
                "is no jq expression\(line): \(fault.message)",
                accepted: "write one as jq takes it, such as .order.id")
            return nil
        }
    }
}
