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
        if parser.error == YAML_READER_ERROR {
            byteOffset = parser.problem_offset
            found = "the character U+\(hex(parser.problem_value)) may not stand in YAML"
            accepted = "write it as an escape in double quotes"
        } else if let better = wording(context, problem, opened) {
            if better.isAtOpening { place = opened }
            found = better.found
            accepted = better.accepted
        } else if !context.isEmpty {
            found += " (\(context))"
        }
    }
}

/// What libyaml means, for people; `isAtOpening` where the cause is the beginning of the thing.
private func wording(
    _ context: String, _ problem: String, _ opened: Place
) -> (found: String, accepted: String, isAtOpening: Bool)? {
    switch (context, problem) {
    case ("while scanning a quoted scalar", "found unexpected end of stream"),
        ("while scanning a quoted scalar", "found unexpected document indicator"):
        ("this quoted text never ends", "close it with the same quote", true)
    case ("while parsing a quoted scalar", "found unknown escape character"):
        ("no escape in double quotes begins like this", "use single quotes, or write \\\\", false)
    case ("while parsing a flow sequence", _):
        (
            "the list that begins at \(opened) does not go on as a list",
            "part its elements by commas and close it with ]", false
        )
    case ("while parsing a flow mapping", _):
        (
            "the mapping that begins at \(opened) does not go on as a mapping",
            "part its keys by commas and close it with }", false
        )
    case ("while parsing a flow node", _):
        ("no value stands here", "write one, or close the list with ] or the mapping with }", false)
    case ("while parsing a block node", _): ("no value stands here", "write one", false)
    case ("while parsing a block mapping", "did not find expected key"):
        (
            "no key of the mapping that begins at \(opened) stands here",
            "indent it like the other keys, or put texts with : # or quotes in quotes", false
        )
    case ("while parsing a block collection", _):
        (
            "no element of the list that begins at \(opened) stands here",
            "begin each with a - in the same column", false
        )
    case ("while scanning a simple key", _):
        ("this is no key: no colon and space follow it", "write key: value", true)
    case ("while scanning a plain scalar", "found unexpected ':'"):
        ("a space is missing behind this colon", "put it there, or the text in quotes", false)
    case ("while scanning an alias", _), ("while scanning an anchor", _):
        ("* and & begin the name of a value, and none follows", "put the text in quotes", true)
    case ("while scanning a block scalar", "did not find expected comment or line break"):
        ("| and > begin a text on the lines below", "put the text in quotes", true)
    case ("while scanning for the next token", _):
        ("no value may begin with this character", "put the text in quotes", false)
    case (_, "mapping values are not allowed in this context"):
        (
            "no key can stand in front of this colon",
            "put a space behind the colons above, the key on a line of its own, or the text in "
                + "quotes", false
        )
    case (_, "mapping keys are not allowed in this context"):
        ("no key can begin here", "put it on a line of its own, or the text in quotes", false)
    case (_, "block sequence entries are not allowed in this context"):
        ("no list can begin here", "put each - on a line of its own", false)
    case (_, "did not find expected <document start>"):
        ("the document has ended above", "put one value in a file", false)
    default: nil
    }
}

private func hex(_ value: Int32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
