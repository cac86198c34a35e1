/// A plain path of jq: `.order.items[0].id`, `."with space"`, `.["a.b"]`, `.`: read without jq.
struct FieldPath: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case field([UInt8])
        case index(Int)
    }

    let steps: [Step]

    /// nil where the text is more than a plain path.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        guard rest.first == "." else { return nil }
        var steps: [Step] = []
        if rest == "." { rest = "" }
        while let letter = rest.first {
            switch letter {
            case ".":
                rest = rest.dropFirst()
                if rest.first == "[" { continue }
                guard let name = Self.name(&rest) else { return nil }
                steps.append(.field(Array(name.utf8)))
            case "[":
                guard let end = rest.firstIndex(of: "]") else { return nil }
                var inside = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
                if let index = Int(inside) {
                    steps.append(.index(index))
                } else if let name = Self.quoted(&inside), inside.isEmpty {
                    steps.append(.field(Array(name.utf8)))
                } else {
                    return nil
                }
            default: return nil
            }
        }
        self.steps = steps
    }

    private static func name(_ rest: inout Substring) -> String? {
        if rest.first == "\"" { return quoted(&rest) }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard let first = name.first, !first.isNumber else { return nil }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    /// A text in quotes without escapes.
    private static func quoted(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else { return nil }
        let inside = rest.dropFirst().prefix { $0 != "\"" && $0 != "\\" && $0 != "]" }
        let end = rest.dropFirst(inside.count + 1)
        guard end.first == "\"" else { return nil }
        rest = end.dropFirst()
        return String(inside)
    }
}
