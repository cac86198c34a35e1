import CYAML

/// Why a text is no YAML that can be read: the reading ends there.
struct SyntaxFault: Error {
    var place: Place
    var found: String
    var accepted: String?
    /// Byte of the text, where libyaml knows no line (characters that no YAML may hold).
    var byteOffset: Int?

    init(place: Place, found: String, accepted: String? = nil) {
        self.place = place
        self.found = found
        self.accepted = accepted
    }

    /// libyaml's own finding, in our words where they say more than its own.
    init(of parser: yaml_parser_t) {
        let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
        let context = parser.context.map { String(cString: $0) } ?? ""
        let opened = Place(parser.context_mark)
        self.init(place: Place(parser.problem_mark), found: "not YAML: \(problem)")
        switch (parser.error, context, problem) {
        case (YAML_READER_ERROR, _, _):
            byteOffset = parser.problem_offset
            found =
                "the character U+\(hex(parser.problem_value)) may not stand in YAML"
            accepted = "write it as an escape in double quotes"
        case (_, "while scanning a quoted scalar", "found unexpected end of stream"),
            (_, "while scanning a quoted scalar", "found unexpected document indicator"):
            place = opened
            found = "this quoted text never ends"
            accepted = "close it with the same quote"
        case (_, "while parsing a flow sequence", _):
            found = "the list that begins at \(opened) does not go on as a list"
            accepted = "part its elements by commas and close it with ]"
        case (_, "while parsing a flow mapping", _):
            found = "the mapping that begins at \(opened) does not go on as a mapping"
            accepted = "part its keys by commas and close it with }"
        case (_, "while parsing a block mapping", "did not find expected key"):
            found = "no key of the mapping that begins at \(opened) stands here"
            accepted = "indent it like the other keys, or put texts with : # or quotes in quotes"
        case (_, "while parsing a block collection", _):
            found = "no element of the list that begins at \(opened) stands here"
            accepted = "begin each with a - in the same column"
        case (_, "while scanning a simple key", _):
            place = opened
            found = "this is no key: no colon follows it"
            accepted = "write key: value"
        case (_, _, "mapping values are not allowed in this context"):
            found = "no key can stand in front of this colon"
            accepted = "put the key on a line of its own, or the text in quotes"
        case (_, "while scanning for the next token", _):
            found = "no value may begin with this character"
            accepted = "put the text in quotes"
        default:
            if !context.isEmpty { found += " (\(context))" }
        }
    }
}

private func hex(_ value: Int32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
