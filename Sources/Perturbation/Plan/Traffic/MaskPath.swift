/// A path to values in a JSON document, any number of them: `$.items[*].serial`, `$..email`.
///
/// Names, indices, `*` for every child and `..` for any depth, as in RFC 9535; no filters, no slices,
/// and no index that counts from the end, which is not known until the document is read.
public struct MaskPath: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        public enum Target: Hashable, Sendable {
            case member(String)
            case element(Int)
            /// Every member and every element.
            case any
        }

        public var target: Target
        /// At this level or any level below.
        public var isDeep: Bool
    }

    public let text: String
    /// None: the document itself.
    public let steps: [Step]

    /// nil where the text is no such path.
    public init?(_ text: String) {
        var rest = Substring(text).unicodeScalars
        guard rest.popFirst() == "$" else { return nil }
        var steps: [Step] = []
        while !rest.isEmpty {
            let isDeep = rest.starts(with: "..".unicodeScalars)
            if isDeep { rest = rest.dropFirst(2) }
            guard let target = Self.target(&rest, hasDot: isDeep) else { return nil }
            steps.append(Step(target: target, isDeep: isDeep))
        }
        self.text = text
        self.steps = steps
    }

    private static func target(_ rest: inout JSONPath.Scalars, hasDot: Bool) -> Step.Target? {
        if rest.starts(with: "[".unicodeScalars) {
            rest = rest.dropFirst()
            if rest.starts(with: "*]".unicodeScalars) {
                rest = rest.dropFirst(2)
                return .any
            }
            guard let step = JSONPath.bracketed(&rest) else { return nil }
            switch step {
            case .member(let name): return .member(name)
            case .element(let index): return index < 0 ? nil : .element(index)
            }
        }
        if !hasDot, rest.popFirst() != "." { return nil }
        if rest.first == "*" {
            rest = rest.dropFirst()
            return .any
        }
        guard case .member(let name) = JSONPath.name(&rest) else { return nil }
        return .member(name)
    }
}
