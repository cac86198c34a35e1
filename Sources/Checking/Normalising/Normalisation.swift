import Configuration

/// What of a system's records is noise, and how it is taken away before anything is compared or judged.
///
/// Topics of changes are folded first. Then each rule is applied to the streams that it names, in the order of
/// the file; a rule's steps in this order: `strip`, `times`, `round`, `names`, `jq`, `sort`.
public struct Normalisation: Hashable, Sendable {
    public var rules: [Rule] = []

    public init() {}

    /// One entry of `normalize:`.
    public struct Rule: Hashable, Sendable {
        /// Empty: every stream.
        var streams: [String] = []
        var format = Format.json
        var part = Part.value
        var steps: [Step] = []
        /// `normalize[1] at 12:5`
        var origin = ""
    }

    /// What a part is to jq.
    enum Format: String, Hashable, Sendable, CaseIterable {
        /// Parsed; written again in one line with sorted names.
        case json
        /// A string.
        case text
        /// A string of hexadecimal digits.
        case bytes
    }

    enum Part: String, Hashable, Sendable, CaseIterable {
        case value, key
    }

    enum Step: Hashable, Sendable {
        /// The part becomes what it gives; the record goes where that is nothing.
        case jq(JQExpression)
        /// Identifiers at these paths become `NAME-1`, `NAME-2`, … in order of first sight.
        case names(String, paths: JQExpression)
        /// Times at these paths become milliseconds since the first one seen in the stream, rounded down.
        case times(paths: JQExpression, unitMs: Int64)
    }
}
